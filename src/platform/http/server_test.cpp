// What the server promises beyond single requests: stopping, queues, files, logs, TLS.

#include "http/server.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <atomic>
#include <fstream>
#include <future>
#include <list>
#include <thread>

#include "http/impl/raw_client.h"

namespace guildhall::http {
namespace {

using std::chrono::milliseconds;

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// A handler that says when it was entered, and returns when it is let go.
struct Gate {
  std::promise<void> entered;
  std::promise<void> released;
  Handler handler() {
    return [this, go = released.get_future().share()](const Request&) {
      entered.set_value();
      go.wait();
      return Response::text("finished");
    };
  }
};

TEST(Server, FinishesRequestsInFlightWhenItStops) {
  set_log_level(LogLevel::Error);
  Gate gate;
  Router router;
  router.get("/slow", gate.handler());
  router.get("/", [](const Request&) { return Response::text("front"); });
  Server server({}, std::move(router));
  ASSERT_TRUE(server.start().ok());
  RawClient idle(server.port());
  idle.send(kGet);
  ASSERT_TRUE(idle.response().ends_with("front"));
  RawClient busy(server.port());
  busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.entered.get_future().wait();

  std::thread stopping([&] { server.stop(); });
  EXPECT_EQ(idle.everything(), "");  // Closed at once.
  // Nobody is let in any more, once the listening socket is closed.
  for (int tries = 0; tries < 10'000 && RawClient(server.port()).connected(); ++tries) {
  }
  EXPECT_FALSE(RawClient(server.port()).connected());
  gate.released.set_value();
  const std::string answer = busy.everything();
  EXPECT_TRUE(answer.ends_with("finished")) << answer;
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
  stopping.join();
}

TEST(Server, CutsConnectionsThatOutlastTheStopDeadline) {
  set_log_level(LogLevel::Error);
  Router router;
  router.post("/", [](const Request&) { return Response::text("never"); }, {.csrf = Csrf::Exempt});
  Server server({.stop_deadline = milliseconds(100)}, std::move(router));
  ASSERT_TRUE(server.start().ok());
  RawClient half(server.port());
  half.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
  half.response();  // The server waits for the body now.
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(half.ends());
}

TEST(Server, Answers503WhenAllWorkersAreBusyAndTheQueueIsFull) {
  set_log_level(LogLevel::Error);
  Gate gate;
  Router router;
  router.get("/slow", gate.handler());
  router.get("/", [](const Request&) { return Response::text("front"); });
  Server server({.workers = 1, .max_queued = 1}, std::move(router));
  ASSERT_TRUE(server.start().ok());
  RawClient slow(server.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.entered.get_future().wait();
  RawClient queued(server.port());
  queued.send(kGet);
  // Until the queued request has arrived, others are taken in its place; then they are refused.
  std::list<RawClient> others;
  std::string refused;
  for (int i = 0; i < 3 && refused.empty(); ++i) {
    others.emplace_back(server.port());
    others.back().send(kGet);
    if (i > 0) refused = others.back().response();
  }
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << refused;
  EXPECT_NE(refused.find("\r\nRetry-After: 2\r\n"), std::string::npos);
  EXPECT_NE(refused.find("<h1>We are busy</h1>"), std::string::npos);
  gate.released.set_value();
  EXPECT_TRUE(slow.response().ends_with("finished"));
}

TEST(Server, SendsFilesAndAnswersHeadWithoutTheirBytes) {
  set_log_level(LogLevel::Error);
  const auto path = std::filesystem::temp_directory_path() / ("guildhall-test-" + random_code(10));
  std::string content;
  while (content.size() < 300'000) content += "UPN,Surname,Forename\r\n";
  std::ofstream(path, std::ios::binary) << content;
  Router router;
  router.get("/export", [&](const Request&) { return Response::file(path, "text/csv", "pupils \xC3\xA9.csv"); });
  router.get("/missing", [&](const Request&) { return Response::file(path.string() + "x", "text/csv"); });
  Server server({}, std::move(router));
  ASSERT_TRUE(server.start().ok());
  RawClient peer(server.port());
  peer.send("HEAD /export HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = peer.response(true);
  EXPECT_NE(head.find("\r\nContent-Length: " + std::to_string(content.size()) + "\r\n"), std::string::npos) << head;
  peer.send("GET /export HTTP/1.1\r\nHost: a\r\n\r\nGET /missing HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = peer.response();
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + content));
  EXPECT_NE(answer.find("Content-Disposition: attachment; filename*=UTF-8''pupils%20%C3%A9.csv\r\n"),
            std::string::npos);
  EXPECT_TRUE(peer.response().starts_with("HTTP/1.1 500"));
  std::filesystem::remove(path);
}

TEST(Server, LogsTheRouteAndNeverThePath) {
  set_log_level(LogLevel::Info);
  Router router;
  router.get("/people/:name", [](const Request&) { return Response::text("found"); });
  Server server({}, std::move(router));
  testing::internal::CaptureStderr();
  ASSERT_TRUE(server.start().ok());
  {
    RawClient peer(server.port());
    peer.send(
        "GET /people/Okafor?born=2014-03-12 HTTP/1.1\r\nHost: a\r\nUser-Agent: Okafor\r\n\r\n"
        "GET /Okafor HTTP/1.1\r\nHost: a\r\n\r\nGET /%% HTTP/1.1\r\nHost: a\r\n\r\n");
    peer.everything();
  }
  server.stop();
  const std::string log = testing::internal::GetCapturedStderr();
  set_log_level(LogLevel::Error);
  EXPECT_NE(log.find(R"("method":"GET","route":"/people/:name","status":200,"bytes":5,"whole":true,"took":)"),
            std::string::npos)
      << log;
  EXPECT_NE(log.find(R"("route":"","status":404)"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("route":"","status":400)"), std::string::npos) << log;
  EXPECT_EQ(log.find("Okafor"), std::string::npos) << log;
  EXPECT_EQ(log.find("2014-03-12"), std::string::npos) << log;
}

TEST(Server, SaysWhyItCannotStart) {
  Server first({}, Router());
  ASSERT_TRUE(first.start().ok());
  Server second({.port = first.port()}, Router());
  const auto taken = second.start();
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.problems()[0].what, "The server cannot listen on this address and port: Address already in use.");
  EXPECT_EQ(taken.problems()[0].where, "127.0.0.1 port " + std::to_string(first.port()));
  EXPECT_FALSE(Server({.address = "council"}, Router()).start().ok());
  EXPECT_FALSE(Server({.trusted_proxies = {"nginx"}}, Router()).start().ok());
  EXPECT_FALSE(Server({.spool_folder = "/proc/no"}, Router()).start().ok());
  EXPECT_FALSE(Server({.tls_certificate = "/nowhere.pem", .tls_key = "/nowhere.key"}, Router()).start().ok());
}

TEST(Server, ServesManyConnectionsOnSeveralThreads) {
  set_log_level(LogLevel::Error);
  std::atomic<int> asked{0};
  Router router;
  router.get("/", [&](const Request&) { return Response::text(std::to_string(++asked)); });
  Server server({.io_threads = 2, .workers = 4}, std::move(router));
  ASSERT_TRUE(server.start().ok());
  std::vector<std::thread> people;
  std::atomic<int> answered{0};
  for (int i = 0; i < 8; ++i) {
    people.emplace_back([&] {
      RawClient peer(server.port());
      for (int j = 0; j < 100; ++j) {
        peer.send(kGet);
        if (peer.response().starts_with("HTTP/1.1 200")) ++answered;
      }
    });
  }
  for (std::thread& person : people) person.join();
  server.stop();
  EXPECT_EQ(answered, 800);
  EXPECT_EQ(asked, 800);
}

// A certificate for "localhost" that signs itself, and its key, as PEM files.
void write_certificate(const std::filesystem::path& certificate_path, const std::filesystem::path& key_path) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(certificate_path.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_path.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TEST(Server, SpeaksTls) {
  set_log_level(LogLevel::Error);
  const auto folder = std::filesystem::temp_directory_path() / ("guildhall-test-" + random_code(10));
  std::filesystem::create_directories(folder);
  write_certificate(folder / "certificate.pem", folder / "key.pem");
  const std::string page(100'000, 'x');
  Router router;
  router.get("/", [&](const Request& request) { return Response::text(request.https() ? page : "not secure"); });
  {
    Server server({.tls_certificate = folder / "certificate.pem", .tls_key = folder / "key.pem"}, std::move(router));
    ASSERT_TRUE(server.start().ok());
    RawClient plain(server.port());
    plain.send(kGet);
    EXPECT_EQ(plain.everything().find("HTTP"), std::string::npos);  // Only TLS is spoken here.

    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL* tls = SSL_new(context);
    RawClient peer(server.port());
    SSL_set_fd(tls, peer.descriptor());
    ASSERT_EQ(SSL_connect(tls), 1);
    EXPECT_STREQ(SSL_get_version(tls), "TLSv1.3");
    constexpr std::string_view kLast = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    SSL_write(tls, kGet, static_cast<int>(std::string_view(kGet).size()));
    SSL_write(tls, kLast.data(), static_cast<int>(kLast.size()));
    std::string answers;
    char bytes[16384];
    for (int received = 0; (received = SSL_read(tls, bytes, sizeof bytes)) > 0;) {
      answers.append(bytes, static_cast<std::size_t>(received));
    }
    EXPECT_EQ(SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
    EXPECT_TRUE(answers.ends_with("\r\n\r\n" + page)) << answers.substr(0, 300);
    EXPECT_NE(answers.find("Strict-Transport-Security: max-age=31536000"), std::string::npos);
    EXPECT_NE(answers.find(page + "HTTP/1.1 200 OK"), std::string::npos);
    SSL_shutdown(tls);
    SSL_free(tls);
    SSL_CTX_free(context);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace guildhall::http
