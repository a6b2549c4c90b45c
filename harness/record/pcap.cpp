// pcap: captures of tcpdump and Wireshark, pcap and pcapng: their TCP connections put together, those that speak IMAP
// or POP3 taken; TLS is decrypted where its keys are at hand.
#include <fmt/format.h>
#include <pcap/pcap.h>
#include <tins/tcp_ip/stream_follower.h>
#include <tins/tins.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <set>

#include "record/log_lines.hpp"
#include "record/tls_keys.hpp"

namespace mailrig::record::pcap {
namespace {

using Tins::TCPIP::Stream;

constexpr int linux_cooked_2 = 276;  ///< DLT_LINUX_SLL2, which tins does not know

bool is_mail_port(std::uint16_t port) {
  static std::set<std::uint16_t> const ports{110, 143, 993, 995, 1110, 1143, 1993, 1995};
  return ports.contains(port);
}

/// One end of a connection. Compared for each packet, written out for each connection.
struct end_point {
  bool six = false;
  std::uint16_t port = 0;
  std::array<std::uint8_t, 16> address{};
  auto operator<=>(end_point const&) const = default;

  static end_point of(Tins::IPv4Address const& a, std::uint16_t port) {
    end_point out{false, port, {}};
    std::uint32_t const octets = a;
    std::memcpy(out.address.data(), &octets, sizeof octets);
    return out;
  }
  static end_point of(Tins::IPv6Address const& a, std::uint16_t port) {
    end_point out{true, port, {}};
    std::copy(a.begin(), a.end(), out.address.begin());
    return out;
  }
};

/// One connection as its packets come.
struct connection {
  captured_ends ends;
  std::pair<end_point, end_point> points;  ///< the lesser first
  std::vector<spoken> said;
  bool partial = false;            ///< its beginning is not in the capture
  bool waits[2] = {false, false};  ///< packets came behind one that did not
  bool cut = false;
  bool disordered = false;  ///< the capture has packets before those that they answer
};

class capture {
 public:
  explicit capture(std::vector<connection>& out) : out_(out) {
    follower_.follow_partial_streams(true);
    follower_.stream_keep_alive(std::chrono::hours(24 * 30));
    follower_.new_stream_callback([this](Stream& s) { begin(s); });
    follower_.stream_termination_callback([this](Stream& s, Tins::TCPIP::StreamFollower::TerminationReason) {
      if (auto const known = index_.find(&s); known != index_.end()) out_[known->second].cut = true;
    });
  }

  void packet(std::unique_ptr<Tins::PDU> pdu, std::chrono::microseconds at) {
    if (reassembler_.process(*pdu) == Tins::IPv4Reassembler::FRAGMENTED) return;
    arrived({Tins::Packet(*pdu, Tins::Timestamp(at)), way_of(*pdu)});
  }

  /// The capture has ended: what was held back waits for nothing any more.
  void end() {
    for (auto& h : std::exchange(held_, {})) follow(h);
  }

  /// Packets of it lie before those that their sender had received already.
  bool disordered(connection const& c) const { return disordered_.contains(c.points); }

 private:
  /// Of a TCP segment: from where to where, which octets, and up to where its sender had received.
  struct way {
    bool tcp = false;
    end_point from, to;
    std::uint32_t begins = 0, ends = 0, received = 0;
    bool carries = false;  ///< octets, and an acknowledgement
  };
  struct segment {
    Tins::Packet packet;
    way on;
  };
  static constexpr std::size_t most_held = 64;

  static way way_of(Tins::PDU& pdu) {
    auto const* tcp = pdu.find_pdu<Tins::TCP>();
    if (!tcp) return {};
    way w;
    w.tcp = true;
    if (auto const* ip = pdu.find_pdu<Tins::IP>())
      w.from = end_point::of(ip->src_addr(), tcp->sport()), w.to = end_point::of(ip->dst_addr(), tcp->dport());
    else if (auto const* ip6 = pdu.find_pdu<Tins::IPv6>())
      w.from = end_point::of(ip6->src_addr(), tcp->sport()), w.to = end_point::of(ip6->dst_addr(), tcp->dport());
    auto const size = tcp->inner_pdu() ? tcp->inner_pdu()->size() : 0;
    bool const counts = tcp->get_flag(Tins::TCP::SYN) != 0 || tcp->get_flag(Tins::TCP::FIN) != 0;
    w.begins = tcp->seq();
    w.ends = tcp->seq() + size + (counts ? 1 : 0);
    w.received = tcp->ack_seq();
    w.carries = size > 0 && tcp->get_flag(Tins::TCP::ACK) != 0;
    return w;
  }

  static bool after(std::uint32_t a, std::uint32_t b) { return std::int32_t(a - b) > 0; }

  /// Its sender had received octets that the capture has further on.
  bool early(way const& w) const {
    auto const other = seen_.find({w.to, w.from});
    return w.carries && other != seen_.end() && after(w.received, other->second);
  }

  void arrived(segment s) {
    if (early(s.on)) {
      disordered_.insert(both(s.on.from, s.on.to));
      held_.push_back(std::move(s));
      if (held_.size() > most_held) end();
      return;
    }
    follow(s);
    for (bool moved = true; moved;) {
      auto const ready = std::ranges::find_if(held_, [&](segment const& h) { return !early(h.on); });
      moved = ready != held_.end();
      if (!moved) break;
      auto next = std::move(*ready);
      held_.erase(ready);
      follow(next);
    }
  }

  void follow(segment& s) {
    if (s.on.tcp) {
      auto const [at, first] = seen_.emplace(std::pair(s.on.from, s.on.to), s.on.ends);
      if (!first && after(s.on.ends, at->second)) at->second = s.on.ends;
    }
    follower_.process_packet(s.packet);
  }

  static std::pair<end_point, end_point> both(end_point const& a, end_point const& b) {
    return a < b ? std::pair(a, b) : std::pair(b, a);
  }
  static end_point point_of(Stream& s, bool client) {
    auto const port = client ? s.client_port() : s.server_port();
    if (s.is_v6()) return end_point::of(client ? s.client_addr_v6() : s.server_addr_v6(), port);
    return end_point::of(client ? s.client_addr_v4() : s.server_addr_v4(), port);
  }

  static std::string end_of(Stream& s, bool client) {
    auto const port = client ? s.client_port() : s.server_port();
    if (s.is_v6()) return fmt::format("{}:{}", (client ? s.client_addr_v6() : s.server_addr_v6()).to_string(), port);
    return fmt::format("{}:{}", (client ? s.client_addr_v4() : s.server_addr_v4()).to_string(), port);
  }

  void begin(Stream& s) {
    auto const index = out_.size();
    index_[&s] = index;
    auto& c = out_.emplace_back();
    c.partial = s.is_partial_stream();
    // Without its beginning, the port tells who is who; else the first to speak is the client.
    bool const turned = c.partial && is_mail_port(s.client_port()) && !is_mail_port(s.server_port());
    c.ends = {end_of(s, !turned), end_of(s, turned)};
    c.points = both(point_of(s, true), point_of(s, false));
    s.auto_cleanup_payloads(true);
    s.client_data_callback([this, index, turned](Stream& t) { data(t, index, true, turned); });
    s.server_data_callback([this, index, turned](Stream& t) { data(t, index, false, turned); });
    auto const waits = [this, index](bool client) {
      return [this, index, client](Stream&, std::uint32_t, Stream::payload_type const&) {
        out_[index].waits[client] = true;
      };
    };
    s.client_out_of_order_callback(waits(true));
    s.server_out_of_order_callback(waits(false));
  }

  void data(Stream& s, std::size_t index, bool client, bool turned) {
    auto const& payload = client ? s.client_payload() : s.server_payload();
    auto const& flow = client ? s.client_flow() : s.server_flow();
    out_[index].waits[client] = !flow.buffered_payload().empty();
    if (payload.empty()) return;
    out_[index].said.push_back({client != turned ? side::client : side::server,
                                std::string(payload.begin(), payload.end()), 0,
                                std::chrono::duration_cast<base::duration>(s.last_seen()), form::octets});
  }

  std::vector<segment> held_;
  std::map<std::pair<end_point, end_point>, std::uint32_t> seen_;  ///< from and to -> where its octets end
  std::set<std::pair<end_point, end_point>> disordered_;           ///< both ends, in their order
  std::vector<connection>& out_;
  std::map<Stream const*, std::size_t> index_;
  Tins::IPv4Reassembler reassembler_;
  Tins::TCPIP::StreamFollower follower_;
};

/// A packet's octets as a PDU by the capture's kind of link; null where that is not known.
std::unique_ptr<Tins::PDU> pdu_of(int link, std::uint8_t const* data, std::uint32_t size) {
  auto const internet = [&](std::uint8_t const* at, std::uint32_t n) -> std::unique_ptr<Tins::PDU> {
    if (n == 0) return nullptr;
    if (at[0] >> 4 == 6) return std::make_unique<Tins::IPv6>(at, n);
    return std::make_unique<Tins::IP>(at, n);
  };
  switch (link) {
    case DLT_EN10MB: return std::make_unique<Tins::EthernetII>(data, size);
    case DLT_LINUX_SLL: return std::make_unique<Tins::SLL>(data, size);
    case DLT_RAW:
    case 101: return internet(data, size);
    case DLT_NULL:
    case DLT_LOOP: return size > 4 ? internet(data + 4, size - 4) : nullptr;
    case linux_cooked_2: return size > 20 ? internet(data + 20, size - 20) : nullptr;
    default: return nullptr;
  }
}

struct close_capture {
  void operator()(pcap_t* p) const { pcap_close(p); }
};

base::result<std::vector<connection>> connections_in(log_file const& file) {
  char error[PCAP_ERRBUF_SIZE] = "";
  auto* memory = fmemopen(const_cast<char*>(file.octets.data()), file.octets.size(), "rb");
  if (!memory) return base::fault{0, file.path.string(), "is empty"};
  std::unique_ptr<pcap_t, close_capture> const open(pcap_fopen_offline(memory, error));
  if (!open) {
    std::fclose(memory);
    return base::fault{0, file.path.string(), fmt::format("is no capture that can be read: {}", error)};
  }
  std::vector<connection> out;
  capture all(out);
  auto const link = pcap_datalink(open.get());
  std::size_t unread = 0, read = 0;
  pcap_pkthdr* header = nullptr;
  std::uint8_t const* data = nullptr;
  int more = 0;
  while ((more = pcap_next_ex(open.get(), &header, &data)) == 1) {
    try {
      auto pdu = pdu_of(link, data, header->caplen);
      pdu ? ++read : ++unread;
      if (pdu)
        all.packet(std::move(pdu),
                   std::chrono::seconds(header->ts.tv_sec) + std::chrono::microseconds(header->ts.tv_usec));
    } catch (Tins::exception_base const&) {
      ++unread;  // not of a form that it knows: none of ours
    }
  }
  all.end();
  for (auto& c : out) c.disordered = all.disordered(c);
  if (read == 0 && unread > 0)
    return base::fault{
        0, file.path.string(),
        fmt::format("its packets are of a link that is not read here ({}); convert it: editcap -F pcap -T ether",
                    pcap_datalink_val_to_name(link) ? pcap_datalink_val_to_name(link) : "unknown")};
  return out;
}

bool is_tls(std::string_view octets) { return octets.size() > 2 && octets[0] == 0x16 && octets[1] == 3; }

/// Whether it speaks IMAP or POP3, in the clear or, by its port, under TLS.
bool is_mail(connection const& c) {
  for (auto const& s : c.said) {
    auto const line = std::string_view(s.text).substr(0, s.text.find_first_of("\r\n"));
    if (is_tls(s.text)) return c.ends.server.ends_with("993") || c.ends.server.ends_with("995");
    if (s.who == side::server ? is_response(line) : is_command(line)) return true;
    if (&s - c.said.data() > 8) break;
  }
  return false;
}

dialogue dialogue_of(log_file const& file, connection& c) {
  dialogue d;
  d.name = c.ends.client;
  d.file = file.path;
  auto const tls = std::ranges::find_if(c.said, [](spoken const& s) { return is_tls(s.text); });
  std::vector<spoken> rest(tls, c.said.end());
  c.said.erase(tls, c.said.end());
  d.said = std::move(c.said);
  if (rest.empty()) return d;
  auto hidden = decrypted(file.path, c.ends);
  if (!hidden) {
    d.notes.push_back(
        fmt::format("{}: {} to {}: {}", file.path.string(), c.ends.client, c.ends.server, hidden.error().text));
    return d;
  }
  d.notes.push_back(
      fmt::format("{}: {}: decrypted; its times are not known but for the handshake's", file.path.string(), d.name));
  // tshark tells what each side said, in the order of the capture.
  d.order_unknown = c.disordered;
  for (auto& s : *hidden) {
    s.at = rest.front().at;
    d.said.push_back(std::move(s));
  }
  return d;
}

int fits(log_file const& file) {
  auto const& o = file.octets;
  if (o.size() < 24) return 0;
  for (std::string_view const magic : {std::string_view("\xd4\xc3\xb2\xa1"), std::string_view("\xa1\xb2\xc3\xd4"),
                                       std::string_view("\x4d\x3c\xb2\xa1"), std::string_view("\xa1\xb2\x3c\x4d"),
                                       std::string_view("\x0a\x0d\x0d\x0a")})
    if (o.starts_with(magic)) return 100;
  return 0;
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  std::vector<dialogue> out;
  for (auto const& file : files) {
    auto found = connections_in(file);
    if (!found) return found.error();
    std::string why;
    for (auto& c : *found) {
      if (!is_mail(c)) continue;
      auto d = dialogue_of(file, c);
      if (c.waits[0] || c.waits[1])
        d.notes.push_back(
            fmt::format("{}: {}: packets are missing; what comes behind them is left out", file.path.string(), d.name));
      d.lossy = c.waits[0] || c.waits[1] || c.cut;
      if (d.said.empty() && !d.notes.empty()) why = d.notes.back();
      if (!d.said.empty()) out.push_back(std::move(d));
    }
    if (out.empty())
      return base::fault{0, file.path.string(), why.empty() ? "has no connection in it that speaks IMAP or POP3" : why};
  }
  return out;
}

importer const kind{"pcap",
                    "captures of tcpdump and Wireshark (pcap, pcapng); TLS by SSLKEYLOGFILE or NAME.keys, with tshark",
                    fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::pcap
