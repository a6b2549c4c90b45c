// endpoint_book: see endpoint_book.hpp.
#include "load/endpoint_book.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/host_and_port.hpp"

namespace mailrig::load {
namespace {

using history::protocol;

/// Of the numbers that an endpoint's figures are kept under besides its own.
kind_id beside(kind_id endpoint, std::string_view what) {
  return kind_named(fmt::format("{} {}", name_of(endpoint), what));
}

}  // namespace

kind_id endpoint_kind(protocol p, std::string_view name) {
  return kind_named(fmt::format("{} {}", history::name_of(p), name));
}

void endpoint_book::record(operation const& o, std::string_view why) {
  static kind_id const connect = kind_named("connect");
  auto here = o;
  here.kind = o.endpoint;
  all_.record(here, why);
  if (o.kind != connect) return;
  here.kind = beside(o.endpoint, "connect");
  all_.record(here, why);
}

void endpoint_book::moved_on(kind_id endpoint) { ++all_.of(beside(endpoint, "left")).done; }

void add_rows(std::vector<endpoint_row>& to, std::vector<endpoint_row> const& from) {
  for (auto const& row : from) {
    auto const same =
        std::ranges::find_if(to, [&](auto const& r) { return r.proto == row.proto && r.name == row.name; });
    if (same == to.end()) {
      to.push_back(row);
      continue;
    }
    same->operations.merge(row.operations);
    same->connections.merge(row.connections);
    same->left += row.left;
  }
}

std::vector<endpoint_row> endpoint_rows(tally const& all, scenario::target const& t) {
  std::vector<endpoint_row> out;
  auto const kinds = all.kinds();
  if (kinds.empty()) return out;
  for (auto const p : {protocol::imap, protocol::pop3})
    for (auto const& e : t.endpoints(p).all) {
      auto const name = name_of(endpoint_kind(p, e.name));
      auto& row = out.emplace_back();
      row.proto = p;
      row.name = e.name;
      row.where = net::host_and_port(e.way.at.host, e.way.at.port);
      if (auto const f = kinds.find(name); f != kinds.end()) row.operations.merge(*f->second);
      if (auto const f = kinds.find(name + " connect"); f != kinds.end()) row.connections.merge(*f->second);
      if (auto const f = kinds.find(name + " left"); f != kinds.end()) row.left = f->second->done;
    }
  return out;
}

}  // namespace mailrig::load
