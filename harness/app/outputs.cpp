// outputs: see outputs.hpp.
#include "app/outputs.hpp"

#include <algorithm>

#include "app/exit_code.hpp"
#include "base/file.hpp"
#include "base/run_files.hpp"

namespace mailrig::app {

base::result<void> can_be_written(std::string const& file) {
  if (file == "-") return {};
  auto const can = base::can_write(file);
  return can ? base::will_write(file) : can;
}

bool report_is_input(std::string const& file) {
  if (file == "-" || !base::was_read(file)) return false;
  complain(fmt::format("{} is left as it was: this run has read it", file));
  return true;
}

bool write_file(std::string const& name, std::function<void(std::ostream&)> const& fill) {
  if (name == "-") {
    fill(std::cout);
    return std::cout.flush().good();  // what is wrong with it is told at the end
  }
  auto file = base::new_file::open(name);
  if (file) fill(file->stream());
  auto const done = file ? file->finish() : base::result<void>(file.error());
  if (!done) complain(done.error());
  return bool(done);
}

int deliver_with_passes(std::vector<output<report::format>> const& outputs, report::report_context const& context,
                        int code) {
  bool const to_stdout = std::ranges::any_of(outputs, [](auto const& o) { return o.file == "-"; });
  for (auto const& r : context.run.results)
    if (r.outcome == history::verdict::pass && !to_stdout) std::cout << fmt::format("pass  {}  {}\n", r.id, r.title);
  return deliver(outputs, context, code);
}

}  // namespace mailrig::app
