// certificate_fault: why a certificate is not trusted, in words that say how to mend it.
#pragma once

#include <string>

#include "net/end_cause.hpp"
#include "net/openssl.hpp"

namespace mailrig::net {

struct certificate_fault {
  end_cause cause = end_cause::tls_failed;
  std::string text;
};

/// `verdict` is an X509_V_ERR_*; `cert` the one that it is about, if known; `host` whom it should name.
certificate_fault fault_of(int verdict, X509* cert, std::string const& host);

}  // namespace mailrig::net
