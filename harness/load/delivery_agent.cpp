// delivery_agent: see delivery_agent.hpp.
#include "load/delivery_agent.hpp"

#include <fmt/format.h>

namespace mailrig::load {
namespace {

kind_id delivery() {
  static kind_id const k = kind_named("delivery");
  return k;
}

class appending final : public delivery_agent, public client_owner {
 public:
  appending(ground& g, device_host& host, delivery_agent_owner& owner)
      : ground_(g), host_(host), owner_(owner), client_(g, *this, memory_) {
    client_.only(delivery());
    program_.push_back({base::registry<step_kind>::find("append"), {"INBOX"}});
  }

  void deliver(user& u, base::instant due) override {
    user_ = &u;
    done_ = false;
    ++u.deliveries;
    static device_kind const plain{};
    client_.open(host_.take_id(client_), host_.access(history::protocol::imap, plain), history::protocol::imap, u.imap,
                 {}, due, due);
  }
  void sweep(base::instant now, bool over) override { client_.overdue(now, over); }
  void let_go() override { client_.let_go(); }

 private:
  void on_ready(client& c, base::instant at, bool good) override {
    if (!done_ && !asked_) {
      asked_ = true;
      return c.run(program_, at, at);
    }
    done_ = good;
    arrived(at);
    c.leave(at);
  }
  void on_closed(client& c, base::instant at, std::string const&) override {
    host_.give_back(c.id(), c);
    if (user_) arrived(at);
    owner_.on_delivered(*this);
  }
  void on_told(client&, model::item const&) override {}

  void arrived(base::instant at) {
    auto* u = std::exchange(user_, nullptr);
    asked_ = false;
    --u->deliveries;
    if (done_)
      for (auto* d : u->devices) d->expect_mail(at);
  }

  ground& ground_;
  device_host& host_;
  delivery_agent_owner& owner_;
  device_memory memory_;
  client client_;
  std::vector<step> program_;
  user* user_ = nullptr;
  bool asked_ = false, done_ = false;
};

/// LHLO once; then MAIL, RCPT, DATA and the message, each after the answer to the one before.
class lmtp final : public delivery_agent, public net::connection_sink {
 public:
  lmtp(ground& g, net::endpoint where, delivery_agent_owner& owner)
      : ground_(g), where_(std::move(where)), owner_(owner) {}

  void deliver(user& u, base::instant due) override {
    user_ = &u;
    due_ = due;
    ++u.deliveries;
    sent_ = ground_.loop.now();
    if (connection_ && connection_->is_open()) return say("MAIL FROM:<rig@example.test>\r\n", stage::sender);
    heard_.clear();
    stage_ = stage::greeting;
    connection_ = net::connection::dial(ground_.loop, where_, *this, nullptr, ground_.limits);
  }
  void sweep(base::instant now, bool over) override {
    if (user_ && (over || now - sent_ > ground_.patience)) finish(outcome::late, "no answer in time");
  }
  void let_go() override {
    if (connection_ && !connection_->is_open()) connection_.reset();
  }

 private:
  enum class stage { greeting, hello, sender, recipient, data, content };

  void say(std::string_view text, stage next) {
    stage_ = next;
    connection_->send(text);
  }

  void on_octets(std::string_view octets) override {
    heard_ += octets;
    for (auto end = heard_.find("\r\n"); end != heard_.npos; end = heard_.find("\r\n")) {
      auto const line = heard_.substr(0, end);
      heard_.erase(0, end + 2);
      if (line.size() < 4 || line[3] != '-') answer(line);
    }
  }

  void answer(std::string const& line) {
    if (!user_) return;
    if (line.empty() || (line[0] != '2' && line[0] != '3'))
      return finish(outcome::failed, "LMTP: " + line.substr(0, 60));
    switch (stage_) {
      case stage::greeting: return say("LHLO localhost\r\n", stage::hello);
      case stage::hello: return say("MAIL FROM:<rig@example.test>\r\n", stage::sender);
      case stage::sender: return say(fmt::format("RCPT TO:<{}>\r\n", user_->imap.user), stage::recipient);
      case stage::recipient: return say("DATA\r\n", stage::data);
      case stage::data:
        // No line of a message that we write begins with a dot.
        ground_.messages.write(user_->imap.user, ground_.sizes.draw(ground_.random), ground_.literal);
        ground_.literal += ".\r\n";
        return say(ground_.literal, stage::content);
      case stage::content: return finish(outcome::done, {});
    }
  }

  void on_end(net::end_cause cause, std::string_view) override {
    ground_.records.broke(ground_.loop.now());
    if (user_) finish(outcome::failed, fmt::format("LMTP: {}", net::name_of(cause)));
  }

  void finish(outcome came, std::string const& why) {
    auto const now = ground_.loop.now();
    auto* u = std::exchange(user_, nullptr);
    --u->deliveries;
    ground_.records.take({delivery(), due_, due_, sent_, now, came}, why);
    if (came == outcome::done)
      for (auto* d : u->devices) d->expect_mail(now);
    else if (connection_ && connection_->is_open())
      connection_->close();
    owner_.on_delivered(*this);
  }

  ground& ground_;
  net::endpoint where_;
  delivery_agent_owner& owner_;
  std::unique_ptr<net::connection> connection_;
  std::string heard_;
  stage stage_ = stage::greeting;
  user* user_ = nullptr;
  base::instant due_{}, sent_{};
};

}  // namespace

std::unique_ptr<delivery_agent> delivery_agent::by_append(ground& g, device_host& host, delivery_agent_owner& owner) {
  return std::make_unique<appending>(g, host, owner);
}
std::unique_ptr<delivery_agent> delivery_agent::by_lmtp(ground& g, net::endpoint const& where,
                                                        delivery_agent_owner& owner) {
  return std::make_unique<lmtp>(g, where, owner);
}

}  // namespace mailrig::load
