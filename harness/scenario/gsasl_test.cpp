// gsasl_test: the client's side of each SASL mechanism against the server's of GNU SASL, and GNU SASL's client against
// the embedded server's: an oracle that shares no code with either. Left out of the build where the library is not.
#include <fmt/format.h>
#include <gsasl.h>
#include <gtest/gtest.h>

#include "embedded/sasl/mechanism.hpp"
#include "net/digest.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::gsasl_test {
namespace {

using step = embedded::sasl_exchange::step;

std::string bound(std::string_view type) { return std::string(32, type == "tls-exporter" ? 'x' : 'y'); }
std::string unbound(std::string_view) { return {}; }

/// What the library asks for.
struct knowledge {
  std::string user, password;
  bool binds = false;
};

int answer(Gsasl* library, Gsasl_session* s, Gsasl_property asked) {
  auto const& k = *static_cast<knowledge const*>(gsasl_callback_hook_get(library));
  auto const give = [&](std::string const& value) {
    gsasl_property_set(s, asked, value.c_str());
    return int(GSASL_OK);
  };
  auto const* const named = gsasl_property_fast(s, GSASL_AUTHID);
  auto const* const acts_as = gsasl_property_fast(s, GSASL_AUTHZID);
  switch (asked) {
    case GSASL_AUTHID: return give(k.user);
    case GSASL_PASSWORD: return !named || named == k.user ? give(k.password) : int(GSASL_NO_CALLBACK);
    case GSASL_ANONYMOUS_TOKEN: return give("oracle");
    case GSASL_CB_TLS_EXPORTER: return k.binds ? give(net::base64(bound("tls-exporter"))) : int(GSASL_NO_CALLBACK);
    case GSASL_VALIDATE_EXTERNAL:
      return !acts_as || !*acts_as || acts_as == k.user ? int(GSASL_OK) : int(GSASL_AUTHENTICATION_ERROR);
    case GSASL_VALIDATE_ANONYMOUS: return GSASL_OK;
    default: return GSASL_NO_CALLBACK;
  }
}

/// One side of an exchange, as the library leads it.
class oracle {
 public:
  oracle(std::string const& mechanism, bool server, knowledge k) : known_(std::move(k)) {
    if (gsasl_init(&library_) != GSASL_OK) return;
    gsasl_callback_set(library_, answer);
    gsasl_callback_hook_set(library_, &known_);
    auto const begun = server ? gsasl_server_start(library_, mechanism.c_str(), &session_)
                              : gsasl_client_start(library_, mechanism.c_str(), &session_);
    if (begun != GSASL_OK) session_ = nullptr;
  }
  oracle(oracle const&) = delete;
  ~oracle() {
    if (session_) gsasl_finish(session_);
    if (library_) gsasl_done(library_);
  }

  /// The library has the mechanism.
  bool speaks() const { return session_ != nullptr; }
  /// GSASL_NEEDS_MORE, GSASL_OK or what is wrong.
  int hear(std::string const& said, std::string& out) {
    char* text = nullptr;
    std::size_t size = 0;
    auto const rc = gsasl_step(session_, said.data(), said.size(), &text, &size);
    out.assign(text ? text : "", text ? size : 0);
    gsasl_free(text);
    return rc;
  }

 private:
  knowledge known_;
  Gsasl* library_ = nullptr;
  Gsasl_session* session_ = nullptr;
};

bool is_plus(std::string_view name) { return name.ends_with("-PLUS"); }

/// Our client against its server: "accepted", "refused", "cancelled", "not proven".
std::string ours_against(session::mechanism const& m, session::credentials const& who, knowledge const& server_knows) {
  oracle server(std::string(m.name), true, server_knows);
  if (!server.speaks()) return "not spoken";
  auto const client = m.begin({.who = who, .binding = is_plus(m.name) ? bound : unbound, .plus_offered = true});
  std::string challenge, said;
  // The server is asked for its first word, which is empty where the client is first.
  auto rc = m.client_first ? int(GSASL_NEEDS_MORE) : server.hear("", challenge);
  for (int turn = 0; turn < 10 && rc == GSASL_NEEDS_MORE; ++turn) {
    auto const response = client->respond(challenge);
    if (!response) return "cancelled";
    rc = server.hear(*response, challenge);
    // What comes along with success is a challenge in the protocols of mail.
    if (rc == GSASL_OK && !challenge.empty() && client->respond(challenge) != "") return "cancelled";
  }
  return rc != GSASL_OK ? "refused" : client->proven() ? "accepted" : "not proven";
}

class OracleOfSasl : public testing::Test {
 protected:
  embedded::store mail{"u%d", 1, 3, "secret", embedded::simulated_now};
  std::uint64_t drawn = 0;

  embedded::sasl_context context() {
    return {.mail = mail,
            .binding = bound,
            .certificate_name = "u1",
            .fresh = [this](std::size_t n) { return std::string(n, char('a' + drawn++ % 26)); },
            .anonymous = true};
  }

  /// Its client against the embedded server.
  std::string its_against_embedded(embedded::mechanism const& m, knowledge client_knows) {
    client_knows.binds = is_plus(m.name);
    oracle client(std::string(m.name), false, std::move(client_knows));
    if (!client.speaks()) return "not spoken";
    auto const c = context();
    auto const server = m.begin(c);
    auto challenge = server->begin();
    for (int turn = 0; turn < 10; ++turn) {
      std::string response;
      if (auto const rc = client.hear(challenge, response); rc != GSASL_OK && rc != GSASL_NEEDS_MORE)
        return "cancelled";
      auto next = server->respond(response);
      if (next.kind == step::refused) return "refused";
      if (next.kind == step::malformed) return "malformed";
      if (next.kind == step::accepted) return "accepted";
      challenge = std::move(next.text);
    }
    return "endless";
  }
};

TEST_F(OracleOfSasl, OurClientIsLetInByItsServerAndNobodyElseIs) {
  std::vector<std::string> tried;
  for (auto const* m : base::registry<session::mechanism>::all()) {
    knowledge const knows{"u1", "secret", is_plus(m->name)};
    auto const right = ours_against(*m, {"u1", "secret", {}}, knows);
    if (right == "not spoken") continue;
    tried.emplace_back(m->name);
    EXPECT_EQ(right, "accepted") << m->name;
    if (m->name == "ANONYMOUS") continue;
    EXPECT_NE(ours_against(*m, {"u9", "secret", {}}, knows), "accepted") << m->name;
    if (m->name == "EXTERNAL") continue;
    EXPECT_NE(ours_against(*m, {"u1", "secreT", {}}, knows), "accepted") << m->name;
  }
  EXPECT_GE(tried.size(), 6u) << fmt::format("{}", fmt::join(tried, " "));
}

TEST_F(OracleOfSasl, ItsClientIsLetInByTheEmbeddedServerAndNobodyElseIs) {
  std::vector<std::string> tried;
  for (auto const* m : embedded::offered_mechanisms(context())) {
    auto const right = its_against_embedded(*m, {"u1", "secret"});
    if (right == "not spoken") continue;
    tried.emplace_back(m->name);
    EXPECT_EQ(right, "accepted") << m->name;
    if (m->name == "ANONYMOUS" || m->name == "EXTERNAL") continue;
    EXPECT_NE(its_against_embedded(*m, {"u1", "secreT"}), "accepted") << m->name;
    EXPECT_NE(its_against_embedded(*m, {"u9", "secret"}), "accepted") << m->name;
  }
  EXPECT_GE(tried.size(), 6u) << fmt::format("{}", fmt::join(tried, " "));
}

TEST_F(OracleOfSasl, NamesWithCommasAndEqualsSurvive) {
  for (auto const* name : {"SCRAM-SHA-1", "SCRAM-SHA-256"}) {
    auto const* m = session::find_mechanism(name);
    auto const got = ours_against(*m, {"o,d=d", "p,w=", {}}, {"o,d=d", "p,w="});
    EXPECT_TRUE(got == "accepted" || got == "not spoken") << name << " " << got;
  }
}

}  // namespace
}  // namespace mailrig::gsasl_test
