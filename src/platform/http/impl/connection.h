#pragma once

#include <boost/asio/ssl.hpp>
#include <string>

#include "http/impl/threads.h"

namespace guildhall::http {

using TlsSocket = asio::ssl::stream<Socket>;

// One connection from its first byte to its last. Runs on the reactor's thread; `peer` is its address as text.
Task<void> serve_connection(Shared& server, Reactor& reactor, Socket socket, std::string peer);
Task<void> serve_connection(Shared& server, Reactor& reactor, TlsSocket socket, std::string peer);

}  // namespace guildhall::http
