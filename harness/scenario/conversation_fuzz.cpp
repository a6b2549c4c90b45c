// Fuzzes the whole client: scripts are played against the embedded server through a peer that changes what it says by
// what the input tells: octets are flipped, put in, left out and said again, tokens become others, the end comes early.
// Whatever a server does, there is a result; and the scenario's own time limit holds.
#include <array>

#include "base/fuzz_input.hpp"
#include "embedded/server.hpp"
#include "net/acceptor.hpp"
#include "scenario/runner.hpp"

using namespace mailrig;

namespace {

constexpr std::array<std::string_view, 6> scripts = {
    "title a\nmail plain x 3\nsessions a b\na> STORE 1,3 +FLAGS.SILENT (\\Deleted)\na< OK\na> EXPUNGE\na< * @1 "
    "EXPUNGE\n"
    "a< * @3 EXPUNGE\na< OK\nb> NOOP\nb< * @1 EXPUNGE\nb< * @3 EXPUNGE\nb< OK\n",
    "title b\nmail plain multipart\nsessions a\na> FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])\n"
    "a< * 1 FETCH (BODY[] mail[1].octets)\na< OK\na> UID SEARCH NOT SEEN\na< * SEARCH $uid _\na< OK\na: explore search "
    "5\n",
    "title c\nsessions a=imap\na> CREATE $box\na< OK\na> LIST \"\" *\na< * LIST _ _ $box\na< OK\na> STATUS $box "
    "(MESSAGES "
    "UIDNEXT)\na< * STATUS $box (MESSAGES 0)\na< OK\na> DELETE $box\na< OK\na: explore names 5\n",
    "title d\nmail plain x 2\nsessions a b\na> IDLE\na< +\nb> STORE 1 FLAGS (\\Seen)\nb< OK\na< ? * 1 FETCH (FLAGS "
    "(\\Seen))\na> DONE\na< OK\na> COPY 1:2 INBOX\na< OK\n",
    "title e\nmail plain x 2\nsessions d=pop3\nd> STAT\nd< +OK 2 _\nd> UIDL\nd< +OK\nd< 1 $u\nd< 2 _\nd> RETR 1\nd< "
    "+OK\n"
    "d> TOP 2 1\nd< +OK\nd> DELE 1\nd< +OK\nd> QUIT\nd< +OK\n",
    "title f\nmail plain x 2\nsessions d=pop3 p=imap\nd> LIST\nd< +OK\nd: explore drop 5\np> NOOP\np< OK\np: explore "
    "fetch 5\n",
};
constexpr std::array<std::string_view, 20> tokens = {"0",
                                                     "4294967295",
                                                     "18446744073709551616",
                                                     "-1",
                                                     "NIL",
                                                     "\"",
                                                     "(",
                                                     ")",
                                                     "[",
                                                     "]",
                                                     "{5}\r\n",
                                                     "{99999999999}\r\n",
                                                     "{3+}\r\n",
                                                     "\r\n",
                                                     "\n",
                                                     "* ",
                                                     "+ ",
                                                     "* BYE\r\n",
                                                     "* 1 EXPUNGE\r\n",
                                                     "* 4000000 EXISTS\r\n"};

/// Says what the server says, changed where the input has it so: three octets for each change, how far on, how, and by
/// what.
class changing_peer {
 public:
  changing_peer(net::loop& l, std::string_view changes) : loop_(l), changes_(changes) {
    for (std::uint16_t const port : {1, 2}) {
      auto door = net::acceptor::listen(l, {"memory", std::uint16_t(port + 2)},
                                        [this, port](std::unique_ptr<net::connection> c) {
                                          pairs_.push_back(std::make_unique<pair>(*this, std::move(c), port));
                                        });
      if (!door) std::abort();
      acceptors_.push_back(std::move(*door));
    }
  }

 private:
  struct pair;
  struct side final : net::connection_sink {
    side(pair& of, bool server) : of(of), server(server) {}
    void on_octets(std::string_view o) override { of.pass(o, server); }
    void on_end(net::end_cause, std::string_view) override { (server ? of.client : of.server)->close(); }
    pair& of;
    bool server;
  };
  struct pair {
    pair(changing_peer& p, std::unique_ptr<net::connection> c, std::uint16_t port)
        : peer(p), client(std::move(c)), server(net::connection::dial(p.loop_, {"memory", port}, from_server)) {
      client->set_sink(from_client);
    }
    void pass(std::string_view o, bool from_server) {
      if (!from_server) return server->send(o);
      auto const said = peer.changed(o);
      client->send(said);
      if (peer.ends_) peer.ends_ = false, client->reset();
    }
    changing_peer& peer;
    side from_client{*this, false}, from_server{*this, true};
    std::unique_ptr<net::connection> client, server;
  };

  std::string changed(std::string_view octets) {
    std::string out;
    for (char c : octets) {
      if (changes_.size() < 3 || passed_++ < std::size_t(static_cast<unsigned char>(changes_[0]))) {
        out += c;
        continue;
      }
      unsigned const how = static_cast<unsigned char>(changes_[1]) % 8, by = static_cast<unsigned char>(changes_[2]);
      changes_.remove_prefix(3);
      passed_ = 0;
      if (how == 0) out += char(c ^ by);
      if (how == 1) (out += c) += char(by);
      if (how == 3) out += out.substr(out.size() - std::min<std::size_t>(out.size(), by)) + c;
      if (how == 4) (out += tokens[by % tokens.size()]) += c;
      if (how == 5) out += tokens[by % tokens.size()];
      if (how == 6) out.append(by * 64u, c);
      if (how == 7) ends_ = by < 64;
    }
    return out;
  }

  net::loop& loop_;
  std::string_view changes_;
  std::size_t passed_ = 0;
  bool ends_ = false;
  std::vector<std::unique_ptr<net::acceptor>> acceptors_;
  std::vector<std::unique_ptr<pair>> pairs_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 1) return 0;
  net::loop l(net::loop::time::simulated);
  auto const server = embedded::server::inside(l, {.count = 2});
  if (!server) std::abort();
  changing_peer const peer(l, base::fuzz_text(data + 1, size - 1));
  auto const script = scenario::read_script(scripts[data[0] % scripts.size()], "fuzz.scn", "fuzz");
  if (!script) std::abort();
  scenario::target t;
  t.name = "embedded";
  t.imap = session::access{{"memory", 3}, false, false, {}};
  t.pop3 = session::access{{"memory", 4}, false, false, {}};
  t.ours = true;
  scenario::runner_options options;
  options.checkers = base::registry<check::checker_kind>::all();
  options.box = "mailrig-fuzz";
  options.limits.literal_octets = 1 << 16;
  options.limits.mailbox_messages = 1 << 12;
  static auto const trust = net::tls_context::client({});
  options.trust = &trust;
  static scenario::mailroom const mail(MAILRIG_SOURCE_DIR "/fixtures/mail");
  (void)scenario::run(l, t, {"u1", "secret", {}}, *script, mail, options);
  return 0;
}
