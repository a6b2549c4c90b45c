# embed: turns a text file into a C++ source that defines it as a string.
cmake_minimum_required(VERSION 3.25)
file(READ ${FROM} text)
file(WRITE ${TO} "// Made from ${FROM}.\n#include \"report/html_page.hpp\"\nnamespace mailrig::report {\nextern std::string_view const ${VARIABLE} = R\"~~page~~(${text})~~page~~\";\n}\n")
