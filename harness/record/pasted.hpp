// pasted: what web pages, mails and bug trackers make of a log that was put into them, undone: entities ("&lt;"),
// quotation marks (">"), and the blanks by which a block of code is set off.
#pragma once

#include "record/importer.hpp"

namespace mailrig::record {

/// What a file is, as `recognise`. Where its text fits better, or at all, with such marks taken off, `file` is changed
/// to that text, whose lines have the same numbers. Null where nothing fits.
importer const* recognise_pasted(log_file& file);

}  // namespace mailrig::record
