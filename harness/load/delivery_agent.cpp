// delivery_agent: see delivery_agent.hpp.
#include "load/delivery_agent.hpp"

#include <fmt/format.h>

#include <utility>

#include "session/lmtp.hpp"

namespace mailrig::load {
namespace {

kind_id delivery() {
  static kind_id const k = kind_named("delivery");
  return k;
}

class append_delivery final : public delivery_agent, public client_owner {
 public:
  append_delivery(context& shared, device_host& host, delivery_agent_owner& owner)
      : context_(shared), host_(host), owner_(owner), client_(shared, *this, memory_) {
    client_.only(delivery());
    program_.push_back({base::registry<step_kind>::find("append"), {"INBOX"}});
  }

  void deliver(user& u, base::instant due) override {
    user_ = &u;
    memory_.random = base::rng(u.letters.next());
    done_ = false;
    ++u.deliveries;
    static device_kind const plain{};
    client_.open(host_.take_id(client_), host_.access(history::protocol::imap, plain), history::protocol::imap, u.imap,
                 {}, due, due);
  }
  void sweep(base::instant now, bool over) override { client_.overdue(now, over); }
  void let_go() override { client_.let_go(); }
  void drop() override { client_.drop(); }

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

  context& context_;
  device_host& host_;
  delivery_agent_owner& owner_;
  device_memory memory_;
  client client_;
  std::vector<step> program_;
  user* user_ = nullptr;
  bool asked_ = false, done_ = false;
};

class lmtp_delivery final : public delivery_agent, public net::connection_sink {
 public:
  lmtp_delivery(context& shared, net::endpoint where, delivery_agent_owner& owner)
      : context_(shared), where_(std::move(where)), owner_(owner) {}

  void deliver(user& u, base::instant due) override {
    user_ = &u;
    due_ = due;
    ++u.deliveries;
    context_.messages.write(u.imap.user, context_.sizes.draw(u.letters), context_.literal);
    sent_ = context_.loop.now();
    if (!connection_ || !connection_->is_open()) {
      machine_ = {};
      connection_ = net::connection::dial(context_.loop, where_, *this, nullptr, context_.limits);
    }
    machine_.deliver(u.imap.user, context_.literal);
    go_on();
  }
  void sweep(base::instant now, bool over) override {
    if (user_ && (over || now - sent_ > context_.patience)) finish(outcome::late, "no answer in time");
  }
  void let_go() override {
    if (connection_ && !connection_->is_open()) connection_.reset();
  }
  void drop() override {
    user_ = nullptr;
    connection_.reset();
  }

 private:
  void on_octets(std::string_view octets) override {
    machine_.see(octets);
    go_on();
  }

  void go_on() {
    while (user_) {
      auto const action = machine_.next();
      switch (action.kind) {
        case session::lmtp_action::wait: return;
        case session::lmtp_action::send: connection_->send(action.text); break;
        case session::lmtp_action::delivered: return finish(outcome::done, {});
        case session::lmtp_action::failed: return finish(outcome::failed, "LMTP: " + action.text);
      }
    }
  }

  void on_end(net::end_cause cause, std::string_view) override {
    if (!user_) return;  // a server may end what is idle
    context_.records.broke(context_.loop.now());
    finish(outcome::failed, fmt::format("LMTP: {}", net::name_of(cause)));
  }

  void finish(outcome came, std::string const& why) {
    auto const now = context_.loop.now();
    auto* u = std::exchange(user_, nullptr);
    --u->deliveries;
    context_.records.take({delivery(), due_, due_, sent_, now, came}, why);
    if (came == outcome::done)
      for (auto* d : u->devices) d->expect_mail(now);
    else if (connection_ && connection_->is_open())
      connection_->close();
    owner_.on_delivered(*this);
  }

  context& context_;
  net::endpoint where_;
  delivery_agent_owner& owner_;
  std::unique_ptr<net::connection> connection_;
  session::lmtp machine_;
  user* user_ = nullptr;
  base::instant due_{}, sent_{};
};

}  // namespace

std::unique_ptr<delivery_agent> delivery_agent::by_append(context& shared, device_host& host,
                                                          delivery_agent_owner& owner) {
  return std::make_unique<append_delivery>(shared, host, owner);
}
std::unique_ptr<delivery_agent> delivery_agent::by_lmtp(context& shared, net::endpoint const& where,
                                                        delivery_agent_owner& owner) {
  return std::make_unique<lmtp_delivery>(shared, where, owner);
}

}  // namespace mailrig::load
