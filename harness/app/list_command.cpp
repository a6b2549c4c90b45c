// list_command: `mailrig list`.
#include <fmt/format.h>

#include <iostream>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/listing.hpp"

namespace mailrig::app::list_command {
namespace {

struct list_options {
  std::string what;
  bool json = false, uncovered = false;
};

int run_list(list_options const& o) {
  auto const list = list_items(o.what, o.uncovered);
  if (!list) return complain(list.error());
  if (o.json) {
    std::cout << list->dump(1) << '\n';
    return o.uncovered && !list->empty() ? failure : clean;
  }
  for (auto const& item : *list) {
    auto line = item["id"].get<std::string>();
    if (o.what == "requirements") {
      line += "  " + item["level"].get<std::string>() + "  " + item["summary"].get<std::string>();
      auto const detail = item["detail"].get<std::string>();
      line += fmt::format("  [{}{}{}]", item["state"].get<std::string>(), detail.empty() ? "" : ": ", detail);
    } else {
      line += "  " + item["summary"].get<std::string>();
      for (auto const* key : {"requirement", "breaks", "permits"})
        if (item.contains(key)) line += "  [" + item[key].get<std::string>() + "]";
    }
    std::cout << line << '\n';
  }
  return o.uncovered && !list->empty() ? failure : clean;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<list_options>();
  c.add_option("what", o->what, fmt::format("{}", fmt::join(listed_kinds(), ", "))).required().one_of(listed_kinds());
  c.add_flag("--json", o->json, "for programs");
  c.add_flag(
      "--uncovered", o->uncovered,
      "requirements: only those of a server, in the base RFCs and the extensions that are covered whole, that nothing "
      "looks at and no reason excuses; exit 1 if any");
  c.footer(
      "Requirements are proven (a defect that breaks it was found by what claims to prove it), exercised (something\n"
      "claims it, no defect shows that it would see), or have a reason for neither (reason), or are open.\n"
      "Examples:\n  mailrig list scenarios\n  mailrig list requirements --json | jq '.[] | select(.state == "
      "\"exercised\")'");
  acts(c, to, o, run_list);
}

command const this_command{"list", 100, "Lists what there is, one item a line, its id first", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::list_command
