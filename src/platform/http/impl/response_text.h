#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace guildhall::http {

// Whether a response of that status may have a body (RFC 9110, section 6.4.1).
bool status_has_body(int status);

enum class Persistence { Close, KeepHttp11, KeepHttp10 };

// The status line and headers as they are sent, with the empty line (RFC 9112, sections 4 and 5).
std::string response_head(const Response& response, std::uint64_t body_bytes, Persistence persistence,
                          std::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(std::chrono::sys_seconds time);

}  // namespace guildhall::http
