// thread: THREAD names what matches, each message once (RFC 5256 §3), in the threads and the order that the algorithm
// makes of it, where every message that is named is known.
#include <fmt/format.h>

#include <map>

#include "check/searching.hpp"
#include "model/thread_tree.hpp"

namespace mailrig::check::thread {
namespace {

using model::search_request;
using wire::imap::status;

void name_all(model::thread_forest const& threads, std::vector<std::uint32_t>& out) {
  for (auto const& t : threads) {
    if (t.name != 0) out.push_back(t.name);
    name_all(t.children, out);
  }
}

class thread_answers final : public checker {
 public:
  void see(item const& i, report& out) override {
    searching_.before(i, out);
    auto& threads = threads_[i.session];
    if (i.kind == item_kind::command && i.command->is("THREAD")) threads.reset();
    auto const* s = searching_.running(i);
    if (s && s->request.kind == search_request::what::thread && i.kind == item_kind::response &&
        !i.response->violation) {
      if (i.response->is("THREAD")) threads = model::read_threads(i.response->args());
      if (searching_.answered(i) && i.response->condition == status::ok) judge(i, *s, threads, out);
    }
    searching_.after(i, out);
  }

 private:
  void judge(item const& i, searched const& s, std::optional<model::thread_forest> const& threads, report& out) {
    if (!threads) return out.add(i, {"unanswered", "THREAD is answered OK without THREAD data", {"* THREAD ..."}, 0});
    std::vector<std::uint32_t> named;
    name_all(*threads, named);
    auto const verdicts = searching_.verdicts(i, s, out);
    if (!same_set(i, s, named, verdicts, out)) return;
    std::map<std::uint32_t, search_verdict const*> by_id;
    for (auto const& v : verdicts) by_id.emplace(v.id, &v);
    std::vector<model::threaded> messages;
    for (auto const id : named) {
      auto const at = by_id.find(id);
      // Where one may be gone, nothing of it need be left to go by (RFC 2180 §4.1), and it holds others together.
      bool const known = at != by_id.end() && !at->second->may_be_gone;
      auto one = !known ? std::nullopt : model::threaded_of(at->second->sortable(), id);
      if (!one) return;
      messages.push_back(std::move(*one));
    }
    bool const by_references = s.request.algorithm == "REFERENCES";
    if (!by_references && s.request.algorithm != "ORDEREDSUBJECT") return;
    auto const wanted = by_references ? model::by_references(messages) : model::by_subject(messages);
    if (!wanted || *wanted == *threads) return;
    out.add(i, {by_references ? "references" : "ordered-subject",
                fmt::format("the threads are {}", model::written(*threads)),
                {model::written(*wanted)},
                0});
  }

  searching searching_{this};
  per_session<std::optional<model::thread_forest>> threads_{this};
};

checker_kind const kind{
    "thread",
    "THREAD names what matches, in the threads that the algorithm makes of it.",
    {{"extra", "RFC5256-3.THREAD-02", "THREAD names no message that does not match."},
     {"missing", "RFC5256-3.THREAD-02", "THREAD names every message that matches."},
     {"repeated", "RFC5256-3.THREAD-02", "THREAD names each message once."},
     {"unanswered", "RFC5256-4-02", "THREAD is answered by THREAD data, also where nothing matches."},
     {"ordered-subject", "RFC5256-3.THREAD-03",
      "ORDEREDSUBJECT has a thread for each base subject, by the date of the first."},
     {"references", "RFC5256-3.THREAD-13", "REFERENCES follows the steps of its algorithm.",
      "RFC5256-3.THREAD-04 RFC5256-3.THREAD-05 RFC5256-3.THREAD-06 RFC5256-3.THREAD-07 RFC5256-3.THREAD-08 "
      "RFC5256-3.THREAD-09 RFC5256-3.THREAD-10 RFC5256-3.THREAD-11 RFC5256-3.THREAD-12 RFC5256-3.THREAD-18 "
      "RFC5256-5-01"}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<thread_answers>(); },
    true,
    kinds::everything,
    told::numbers | told::messages};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::thread
