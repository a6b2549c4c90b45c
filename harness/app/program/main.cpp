// main: the command line of mailrig.
#include "app/command_line.hpp"

int main(int argc, char** argv) { return mailrig::app::run_command_line(argc, argv); }
