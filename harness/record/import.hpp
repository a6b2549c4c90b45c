// import: from files to a trace: which kind each is, what its sessions are, and all of them on one axis of time.
#pragma once

#include "history/event.hpp"
#include "history/trace.hpp"
#include "record/importer.hpp"
#include "record/restored.hpp"

namespace mailrig::record {

struct imported {
  std::vector<restored> sessions;
  std::vector<std::string> kinds;    ///< names of the importers, each once
  std::vector<rewritten> scenarios;  ///< of suites' scripts
  std::vector<std::string> unread;   ///< files of a folder that are no log, "FILE: why"
};

/// `named`: the importer for all files; empty: each is recognised. Folders stand for the files in them, of which those
/// that nothing fits are left out and named; such a file that was named itself is a fault.
base::result<imported> import(std::vector<std::filesystem::path> const& files, std::string_view named);

/// The header of the trace: which importers, the sessions' names, what is lacking, and notes.
history::trace_header header_of(imported const& from);
/// All sessions' events in the order of time, credentials taken out, each session by its place as its number. What
/// clients log in with is kept secret from then on.
void replay(imported const& from, history::event_sink& sink);

}  // namespace mailrig::record
