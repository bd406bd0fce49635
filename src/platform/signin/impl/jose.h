#pragma once

// Ownership of libcjose's objects.

#include <cjose/cjose.h>

#include <cstdlib>
#include <memory>

namespace guildhall::signin {

struct JoseRelease {
  void operator()(cjose_jwk_t* key) const { cjose_jwk_release(key); }
  void operator()(cjose_jws_t* signature) const { cjose_jws_release(signature); }
  void operator()(cjose_header_t* header) const { cjose_header_release(header); }
  void operator()(char* text) const { std::free(text); }
};

using JoseKey = std::unique_ptr<cjose_jwk_t, JoseRelease>;
using JoseSignature = std::unique_ptr<cjose_jws_t, JoseRelease>;
using JoseHeader = std::unique_ptr<cjose_header_t, JoseRelease>;
using JoseText = std::unique_ptr<char, JoseRelease>;

}  // namespace guildhall::signin
