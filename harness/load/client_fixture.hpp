// client_fixture: what clients need around them, in a simulated loop with a simulated server, for the tests of this
// floor.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "load/client.hpp"
#include "load/simulated_server.hpp"

namespace mailrig::load {

struct client_fixture : testing::Test, model::item_sink {
  net::loop loop{net::loop::time::simulated};
  simulated_server server{loop};
  check::judge judge{{}, nullptr};
  recorder records;
  context shared{loop,
                 judge,
                 judge,
                 records,
                 *net::tls_context::client({.pins = {"none"}}),
                 {},
                 base::rng(1),
                 message_writer(1),
                 {},
                 {},
                 std::chrono::seconds(30),
                 100,
                 {},
                 {}};
  std::map<history::session_id, client*> by_id;  ///< whom the judge's items are for

  client_fixture() { judge.observe(this); }
  void see(model::item const& i) override {
    if (auto const at = by_id.find(i.session); at != by_id.end()) at->second->see(i);
  }

  session::access where(history::protocol p) const {
    return {{"memory", p == history::protocol::imap ? server.imap_port : server.pop3_port}, false, false, {}};
  }
  bool until(std::function<bool()> const& done) { return loop.run_until(done, loop.now() + std::chrono::seconds(5)); }
  void pass(base::duration d) {
    loop.run_until([] { return false; }, loop.now() + d);
  }
  figures of(std::string_view kind) {
    auto const all = records.figures().kinds();
    auto const at = all.find(std::string(kind));
    return at == all.end() ? figures() : *at->second;
  }
  static step one(std::string_view name, std::vector<std::string> words = {}) {
    return {base::registry<step_kind>::find(name), std::move(words)};
  }
};

}  // namespace mailrig::load
