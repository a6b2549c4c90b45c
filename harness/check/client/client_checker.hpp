// client_checker: a checker that judges the client of a conversation. They stand in a list of their own, since where
// the rig itself is the client its scripts break rules on purpose, and only servers are judged.
//
// Who is right about the order of things: a record has the events as whoever wrote it saw them, at the client, at the
// server or between them. What a client sent *before* something came, it sent without knowing it, wherever that was
// seen: rules of the kind "must wait for" are certain. What it sent *after* something came may have crossed it on the
// way: rules of the kind "has been told, and yet" hold only what it must have heard (see heard.hpp).
#pragma once

#include "check/checker.hpp"

namespace mailrig::check {

/// As a checker_kind; its name begins with "client-".
struct client_checker_kind : checker_kind {};

/// The key of a trace header that says that the client is somebody's program and not mailrig: how it came in.
inline constexpr char const* client_key = "client";
/// What the endpoint of an opened event ends with where the client spoke TLS to a proxy that had none to the server.
inline constexpr std::string_view client_has_tls = "/tls";

/// "UID FETCH".
inline std::string called(model::imap_command const& c) { return (c.sent.uid ? "UID " : "") + c.sent.name; }
/// Its first argument is a set of messages.
inline bool names_messages(model::imap_command const& c) {
  return c.is("FETCH") || c.is("STORE") || c.is("COPY") || c.is("MOVE");
}

/// Those of servers and those of clients, for a record of which mailrig wrote neither side.
std::vector<checker_kind const*> checkers_of_both_sides();
/// Those of clients alone.
std::vector<checker_kind const*> checkers_of_clients();

}  // namespace mailrig::check
