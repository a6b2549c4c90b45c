// rendezvous_tcp: shards that meet over TCP; see rendezvous_link.hpp.
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <vector>

#include "load/rendezvous_link.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/host_and_port.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;

base::result<net::endpoint> meeting_point(std::string const& where) {
  auto const at = net::read_host_and_port(where);
  if (!at || at->port == 0 || at->host.empty())
    return base::fault{0, "--rendezvous",
                       fmt::format("--rendezvous '{}' should be HOST:PORT, or a folder, whose name has a /", where)};
  net::endpoint out{at->host, at->port};
  out.remote = !net::is_loopback(at->host);
  return out;
}

class tcp_link final : public rendezvous_link {
 public:
  tcp_link(net::loop& l, rendezvous_hearer& hearer) : loop_(l), hearer_(hearer) {}

  base::result<void> listen(net::endpoint at) {
    auto take = [this](std::unique_ptr<net::connection> c) { settle(std::move(c), true); };
    // "::" hears IPv4 too, where there is IPv6 at all.
    if (at.remote) at.host = "::";
    auto door = net::acceptor::listen(loop_, at, take);
    if (!door && at.remote) {
      at.host = "0.0.0.0";
      door = net::acceptor::listen(loop_, at, take);
    }
    if (!door)
      return base::fault{0, "--rendezvous",
                         fmt::format("--rendezvous: port {} of {}: {}", at.port, at.host, door.error().text)};
    door_ = std::move(*door);
    return {};
  }
  void call(net::endpoint const& lead) {
    lead_ = lead;
    dial();
  }

  void send(rendezvous_channel c, std::string const& line) override {
    if (auto const at = lines_.find(c); at != lines_.end() && at->second->connection) {
      at->second->connection->send(line);
      at->second->connection->send("\n");
    }
  }
  void close(rendezvous_channel c) override {
    if (auto const at = lines_.find(c); at != lines_.end()) at->second->closing = true;
  }
  void poll() override {
    for (auto& [c, one] : lines_)
      if (one->closing && one->connection && one->connection->is_open() && one->connection->unsent() == 0)
        one->connection->close();
    std::erase_if(lines_, [](auto const& l) { return l.second->over; });
    if (lead_ && lines_.empty() && loop_.now() >= again_) dial();
  }
  bool idle() const override {
    for (auto const& [c, one] : lines_)
      if (!one->over && (one->closing || (one->connection && one->connection->unsent() > 0))) return false;
    return true;
  }

 private:
  struct line_of_shard final : net::connection_sink {
    line_of_shard(tcp_link& owner, rendezvous_channel id) : owner_(owner), id_(id) {}
    void on_open() override { owner_.hearer_.on_opened(id_); }
    void on_octets(std::string_view octets) override {
      while (!octets.empty() && !over) {
        auto const end = octets.find('\n');
        heard_ += octets.substr(0, end);
        if (heard_.size() > owner_.hearer_.longest_line(id_)) return broken("it sends too long a line");
        if (end == octets.npos) return;
        octets.remove_prefix(end + 1);
        auto const line = std::exchange(heard_, {});
        owner_.hearer_.on_line(id_, line);
      }
    }
    void on_end(net::end_cause cause, std::string_view) override {
      if (!over) broken(cause == net::end_cause::client_closed ? "" : net::name_of(cause));
    }
    void broken(std::string_view why) {
      over = true;
      owner_.again_ = owner_.loop_.now() + 250ms;
      owner_.hearer_.on_ended(id_, why);
    }

    std::unique_ptr<net::connection> connection;
    bool closing = false, over = false;

   private:
    tcp_link& owner_;
    rendezvous_channel id_;
    std::string heard_;
  };

  void settle(std::unique_ptr<net::connection> c, bool open) {
    constexpr std::size_t most = 2 * most_shards;
    if (lines_.size() >= most) return;
    auto const id = next_++;
    auto& one = lines_[id] = std::make_unique<line_of_shard>(*this, id);
    c->set_sink(*one);
    one->connection = std::move(c);
    if (open) hearer_.on_opened(id);
  }

  void dial() {
    auto const id = next_++;
    auto& one = lines_[id] = std::make_unique<line_of_shard>(*this, id);
    one->connection = net::connection::dial(loop_, *lead_, *one);
  }

  net::loop& loop_;
  rendezvous_hearer& hearer_;
  std::unique_ptr<net::acceptor> door_;
  std::optional<net::endpoint> lead_;
  base::instant again_{};
  rendezvous_channel next_ = 1;
  std::map<rendezvous_channel, std::unique_ptr<line_of_shard>> lines_;
};

}  // namespace

bool names_folder(std::string const& where) {
  std::error_code none;
  return where.find('/') != where.npos || std::filesystem::is_directory(where, none);
}

bool is_open_to_others(std::string const& where) {
  auto const at = meeting_point(where);
  return !names_folder(where) && at && at->remote;
}

base::result<std::unique_ptr<rendezvous_link>> link_by_tcp(net::loop& l, std::string const& where, bool leads,
                                                           rendezvous_hearer& hearer) {
  auto const at = meeting_point(where);
  if (!at) return at.error();
  auto out = std::make_unique<tcp_link>(l, hearer);
  if (!leads)
    out->call(*at);
  else if (auto const listens = out->listen(*at); !listens)
    return listens.error();
  return std::unique_ptr<rendezvous_link>(std::move(out));
}

}  // namespace mailrig::load
