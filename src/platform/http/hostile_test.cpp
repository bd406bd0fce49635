// What a hostile or broken peer can send, byte for byte, and what it gets: an answer that it can read, then a
// closed connection; and a server that goes on serving everybody else.

#include <gtest/gtest.h>

#include <chrono>
#include <list>
#include <string>
#include <thread>

#include "http/impl/raw_client.h"
#include "http/server.h"

namespace guildhall::http {
namespace {

using std::chrono::milliseconds;

class Hostile : public testing::Test {
 protected:
  static ServerOptions quick() {
    ServerOptions options;
    options.workers = 2;
    options.header_deadline = milliseconds(300);
    options.body_grace = milliseconds(300);
    options.min_bytes_per_second = 64 * 1024;
    options.idle_limit = milliseconds(600);
    options.linger = milliseconds(2000);
    return options;
  }

  void start(ServerOptions options = quick()) {
    set_log_level(LogLevel::Error);
    Router router;
    router.get("/", [](const Request&) { return Response::text("the council's front page"); });
    router.get("/people/:id", [](const Request& request) {
      return Response::text("person " + std::string(request.path_parameter("id")));
    });
    router.get("/search", [](const Request& request) {
      return Response::text("found " + std::string(request.query("name").value_or("nobody")));
    });
    router.post("/echo", [](const Request& request) { return Response::text("body: " + request.body()); },
                {.max_body_bytes = 1000, .csrf = Csrf::Exempt});
    router.post("/api", [](const Request&) { return Response::text("never"); },
                {.max_body_bytes = 10, .csrf = Csrf::Exempt, .error_page = [](const Failure& failure) {
                   return Response::json("{\"status\":" + std::to_string(failure.status) + "}", failure.status);
                 }});
    router.get("/sent-on", [](const Request& request) {
      return Response::redirect("/people/" + std::string(request.query("id").value_or("")));
    });
    router.get("/cookie", [](const Request& request) {
      return Response::text("set").set_cookie(
          {.name = "choice", .value = std::string(request.query("value").value_or(""))});
    });
    server_ = std::make_unique<Server>(std::move(options), std::move(router));
    const auto started = server_->start();
    ASSERT_TRUE(started.ok()) << to_text(started.problems());
  }

  RawClient client() { return RawClient(server_->port()); }
  // Everything the server says to these bytes before it closes.
  std::string answer_to(std::string_view bytes) {
    RawClient peer = client();
    peer.send(bytes);
    return peer.everything();
  }
  std::string status_of(std::string_view bytes) { return answer_to(bytes).substr(0, 12); }
  void expect_alive() {
    RawClient peer = client();
    peer.send("GET / HTTP/1.1\r\nHost: council.example\r\n\r\n");
    EXPECT_TRUE(peer.response().ends_with("the council's front page"));
  }

  std::unique_ptr<Server> server_;
};

constexpr const char* k400 = "HTTP/1.1 400";

TEST_F(Hostile, FramingThatTwoReadersCouldReadDifferentlyIsRefusedAndTheConnectionClosed) {
  start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
  const std::string smuggled = "GET /people/2 HTTP/1.1\r\nHost: a\r\n\r\n";
  // Each is followed by a request that must not be answered.
  const std::vector<std::string> requests{
      post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
      post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
      post + "Content-Length: 5, 6\r\n\r\nhello",
      post + "Content-Length: 5, 5\r\n\r\nhello",
      post + "Content-Length: +5\r\n\r\nhello",
      post + "Content-Length: -5\r\n\r\nhello",
      post + "Content-Length: 0x5\r\n\r\nhello",
      post + "Content-Length: 5 5\r\n\r\nhello",
      post + "Content-Length:\r\n\r\nhello",
      post + "Content-Length: 99999999999999999999999\r\n\r\nhello",
      post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
      post + "Content-Length : 5\r\n\r\nhello",
      post + "X: 1\r\n folded: 2\r\n\r\n",
      post + "X: 1\r\n\tTransfer-Encoding: chunked\r\n\r\n",
      post + "X: 1\nContent-Length: 5\r\n\r\nhello",
      post + "X: 1\rContent-Length: 5\r\n\r\nhello",
      post + "X: a\rb\r\n\r\n",
      post + std::string("X: a\0b\r\n\r\n", 10),
      post +
          "X: a\x01"
          "b\r\n\r\n",
      post + " X: 1\r\n\r\n",
      post + ": no name\r\n\r\n",
      post + "no colon\r\n\r\n",
      post + "B\xc3\xa9: 1\r\n\r\n",
      "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
      "GET /\r\n\r\n",
      "GET\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  // TLS on the plain port
      "GET / http/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.10\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
  };
  for (const std::string& request : requests) {
    const std::string answer = answer_to(request + smuggled);
    EXPECT_TRUE(answer.starts_with(k400)) << request << "\n---\n" << answer;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << request;
    EXPECT_EQ(answer.find("person 2"), std::string::npos) << request;
    EXPECT_EQ(answer.find("HTTP/1.1", 8), std::string::npos) << "more than one answer to " << request;
  }
  expect_alive();
}

TEST_F(Hostile, UnknownCodingsMethodsVersionsAndExpectationsAreNamedByTheirStatus) {
  start();
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
            "HTTP/1.1 501");
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("get / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("CONNECT council.example:443 HTTP/1.1\r\nHost: council.example:443\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), "HTTP/1.1 505");
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 1\r\n\r\n"),
            "HTTP/1.1 417");
}

TEST_F(Hostile, BadChunksAreRefused) {
  start();
  const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string chunks : {
           "zz\r\nhello\r\n0\r\n\r\n",
           "-5\r\nhello\r\n0\r\n\r\n",
           "0x5\r\nhello\r\n0\r\n\r\n",
           "5 \r\nhello\r\n0\r\n\r\n",
           "\r\nhello\r\n0\r\n\r\n",
           "5\r\nhelloworld\r\n0\r\n\r\n",
           "5\nhello\n0\n\n",
           "5\rhello\r\n0\r\n\r\n",
           "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
           "5\r\nhello\r\n0\r\nno colon\r\n\r\n",
           "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n",
       }) {
    EXPECT_EQ(status_of(post + chunks), k400) << chunks;
  }
  const std::string endless = "5;" + std::string(40'000, 'x');
  EXPECT_EQ(status_of(post + endless), k400);
  EXPECT_TRUE(answer_to(post + "5;a=b;c=\"d\"\r\nhello\r\n1\r\n!\r\n0\r\nX: dropped\r\n\r\n"
                               "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                  .find("body: hello!HTTP/1.1 200") != std::string::npos);
}

TEST_F(Hostile, HeadersBeyondTheLimitAreAnsweredBeforeTheyEnd) {
  start();
  RawClient peer = client();
  peer.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17 * 1024, 'x'));  // and no end
  const std::string answer = peer.everything();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n")) << answer;
  EXPECT_NE(answer.find("Deleting this site&#39;s cookies may help."), std::string::npos) << answer;

  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 10'000; ++i) many += "a: b\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(status_of("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), "HTTP/1.1 431");

  const std::string fits = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + std::string(16'000, 'x');
  EXPECT_EQ(status_of(fits + "\r\n\r\n"), "HTTP/1.1 200");
}

TEST_F(Hostile, WhatIsRefusedIsToldInTheRoutesOwnWay) {
  start();
  EXPECT_TRUE(
      answer_to("POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n").ends_with("\r\n\r\n{\"status\":413}"));
  EXPECT_TRUE(answer_to("POST /api HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        "Content-Length: 3\r\nConnection: close\r\n\r\n%ff")
                  .ends_with("\r\n\r\n{\"status\":400}"));
}

TEST_F(Hostile, BodiesBeyondTheRoutesLimitAreAnsweredWith413AndTheClientCanReadIt) {
  start();
  // Declared: refused before it is sent, and also where the sender doesn't wait.
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"), "HTTP/1.1 413");
  RawClient eager = client();
  eager.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(eager.send(megabyte));  // The server reads on for a while.
  eager.finish_sending();
  EXPECT_EQ(eager.everything().substr(0, 12), "HTTP/1.1 413");

  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                      std::string(1001, 'x') + "\r\n0\r\n\r\n"),
            "HTTP/1.1 413");
  EXPECT_EQ(answer_to("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n" +
                      std::string(1000, 'x'))
                .substr(0, 12),
            "HTTP/1.1 200");
  // No body for an address that isn't there.
  EXPECT_EQ(status_of("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n"), "HTTP/1.1 404");
}

TEST_F(Hostile, ASlowHeadIsAnswered408) {
  start();
  RawClient peer = client();
  peer.send("GET / HTTP/1.1\r\nHost: council.example\r\nX");
  std::string answer = peer.everything();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n")) << answer;

  // A byte now and then does not buy more time.
  RawClient trickler = client();
  trickler.send("GET / HTTP/1.1\r\n");
  bool open = true;
  for (int i = 0; i < 200 && open; ++i) {
    open = trickler.send("X: y\r\n");
    std::this_thread::sleep_for(milliseconds(10));  // The trickle itself.
  }
  answer = trickler.everything();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408")) << answer;
}

TEST_F(Hostile, ASlowBodyIsAnswered408) {
  start();
  RawClient peer = client();
  peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nabc");
  EXPECT_EQ(peer.everything().substr(0, 12), "HTTP/1.1 408");

  RawClient trickler = client();
  trickler.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
  for (int i = 0; i < 200 && trickler.send("x"); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(trickler.everything().substr(0, 12), "HTTP/1.1 408");
}

TEST_F(Hostile, AConnectionThatSaysNothingIsClosedWithoutAWord) {
  start();
  RawClient fresh = client();
  EXPECT_EQ(fresh.everything(), "");
  RawClient kept = client();
  kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(kept.response().starts_with("HTTP/1.1 200"));
  EXPECT_EQ(kept.everything(), "");
}

TEST_F(Hostile, PipelinedRequestsAreAnsweredInTheirOrder) {
  start();
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += "GET /people/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  requests += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nend";
  RawClient peer = client();
  peer.send(requests);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(peer.response().ends_with("\r\n\r\nperson " + std::to_string(i)));
  }
  EXPECT_TRUE(peer.response().ends_with("body: end"));
}

TEST_F(Hostile, RequestsArrivingByteByByteAreUnderstood) {
  start();
  RawClient peer = client();
  for (const char c :
       std::string_view("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
    peer.send({&c, 1});
  }
  EXPECT_TRUE(peer.response().ends_with("body: "));
  for (const char c : std::string_view("\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       "5\r\nhello\r\n0\r\n\r\n")) {
    peer.send({&c, 1});
  }
  EXPECT_TRUE(peer.response().ends_with("body: hello"));
}

TEST_F(Hostile, EarlyClosesLeaveNothingBehind) {
  start();
  const std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789";
  for (std::size_t length = 0; length < request.size(); ++length) {
    RawClient peer = client();
    peer.send(request.substr(0, length));
    peer.close();
  }
  RawClient half = client();  // Half-closed after a whole request: it may still read.
  half.send(request);
  half.finish_sending();
  EXPECT_TRUE(half.response().ends_with("body: 0123456789"));
  expect_alive();
}

TEST_F(Hostile, ThousandsOfIdleConnectionsDoNotKeepOthersOutForLong) {
  ServerOptions options = quick();
  options.max_connections = 300;
  options.max_connections_per_address = 1000;
  start(options);
  std::list<RawClient> idle;
  for (int i = 0; i < 2000; ++i) idle.emplace_back(server_->port());
  // The surplus is refused at once, the rest when their time is over.
  for (RawClient& peer : idle) EXPECT_TRUE(peer.ends());
  expect_alive();
}

TEST_F(Hostile, OneAddressCannotTakeAllConnections) {
  ServerOptions options = quick();
  options.max_connections_per_address = 5;
  options.idle_limit = std::chrono::seconds(30);
  options.header_deadline = std::chrono::seconds(30);
  start(options);
  std::list<RawClient> kept;
  for (int i = 0; i < 5; ++i) {
    kept.emplace_back(server_->port());
    kept.back().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(kept.back().response().starts_with("HTTP/1.1 200"));
  }
  RawClient sixth = client();
  const std::string answer = sixth.everything();
  EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 503")) << answer;
  kept.clear();
  // Places are given back as the server notices.
  for (int tries = 0; tries < 1000; ++tries) {
    RawClient next = client();
    next.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    if (next.response().starts_with("HTTP/1.1 200")) return;
  }
  FAIL() << "no place was given back";
}

TEST_F(Hostile, PathsThatHideSomethingAreRefused) {
  start();
  for (const std::string target : {"/people/%",
                                   "/people/%4",
                                   "/people/%zz",
                                   "/people/%00",
                                   "/people/1%00.html",
                                   "/people/..",
                                   "/people/.",
                                   "/people/../../etc/passwd",
                                   "/%2e%2e/etc/passwd",
                                   "/people/%2e%2e",
                                   "/people/%2E%2E/x",
                                   "/people/a%2fb",
                                   "/people/a%5cb",
                                   "/people/a\\b",
                                   "//evil.example/x",
                                   "/people//1",
                                   "/people/%ff",
                                   "/people/%c0%ae",
                                   "/people/%0d%0aSet-Cookie:x",
                                   "people/1",
                                   "*",
                                   "evil.example:80",
                                   "/search?name=%",
                                   "/search?name=%00",
                                   "/search?name=%ff",
                                   "ftp://a/",
                                   "http:///x"}) {
    EXPECT_EQ(status_of("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), k400) << target;
  }
  EXPECT_TRUE(answer_to("GET /people/%C3%85sa%20%2B HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                  .ends_with("person \xC3\x85sa +"));
  EXPECT_TRUE(answer_to("GET /search?x=1&name=Ann+O%27Neill HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                  .ends_with("found Ann O'Neill"));
}

TEST_F(Hostile, TheHostOfAnAbsoluteFormIsTheOneThatCounts) {
  ServerOptions options = quick();
  options.hosts = {"council.example"};
  start(options);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: Council.Example:8080\r\nConnection: close\r\n\r\n"), "HTTP/1.1 200");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n"), "HTTP/1.1 421");
  EXPECT_EQ(status_of("GET http://council.example/people/1?x HTTP/1.1\r\nHost: other.example\r\n"
                      "Connection: close\r\n\r\n"),
            "HTTP/1.1 200");
  EXPECT_EQ(status_of("GET http://other.example/ HTTP/1.1\r\nHost: council.example\r\n\r\n"), "HTTP/1.1 421");
  EXPECT_EQ(status_of("GET http://council.example HTTP/1.1\r\nHost: council.example\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 200");
}

TEST_F(Hostile, LineBreaksFromARequestNeverReachOurHeaders) {
  start();
  // The handlers put a request's text into a redirect and a cookie without looking: the response refuses to
  // carry it.
  for (const std::string target : {"/sent-on?id=1%0d%0aSet-Cookie:%20a=b", "/sent-on?id=1%0aX:y",
                                   "/cookie?value=a%0d%0aX-Evil:%20b", "/cookie?value=a;%20Domain=evil.example"}) {
    const std::string answer = answer_to("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
    EXPECT_EQ(answer.find("X-Evil"), std::string::npos);
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
  }
}

TEST_F(Hostile, TheBodyIsAwaitedWithAContinueAndARefusalComesInstead) {
  start();
  RawClient peer = client();
  peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(peer.response(), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("hello");
  EXPECT_TRUE(peer.response().ends_with("body: hello"));
  peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
  EXPECT_TRUE(peer.response().starts_with("HTTP/1.1 413"));
}

TEST_F(Hostile, Http10IsAnsweredAndClosedUnlessItAsksToBeKept) {
  start();
  EXPECT_TRUE(answer_to("GET / HTTP/1.0\r\n\r\n").ends_with("the council's front page"));
  RawClient peer = client();
  peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(peer.response().find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  peer.send("GET /people/3 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(peer.everything().ends_with("person 3"));
}

TEST_F(Hostile, AConnectionServesItsShareOfRequestsAndCloses) {
  ServerOptions options = quick();
  options.max_requests_per_connection = 2;
  start(options);
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string answers = answer_to(request + request + request);
  EXPECT_NE(answers.find("\r\nConnection: close\r\n"), std::string::npos);
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 2u);
}

}  // namespace
}  // namespace guildhall::http
