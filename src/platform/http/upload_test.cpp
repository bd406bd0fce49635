// Files sent with forms: through a socket for what the server does, without one for what the reader understands.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "http/impl/body_receiver.h"
#include "http/impl/multipart.h"
#include "http/impl/raw_client.h"
#include "http/server.h"

namespace guildhall::http {
namespace {

namespace fs = std::filesystem;

std::string file_content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

double resident_megabytes() {
  std::ifstream file("/proc/self/statm");
  long whole = 0;
  long pages = 0;
  file >> whole >> pages;
  return static_cast<double>(pages * ::sysconf(_SC_PAGESIZE)) / 1e6;
}

class Upload : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::Error);
    std::string pattern = (fs::temp_directory_path() / "guildhall-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    server_.reset();
    fs::remove_all(folder_);
  }

  void start(ServerOptions options = {}) {
    options.spool_folder = folder_;
    Router router;
    router.post("/extracts",
                [this](const Request& request) {
                  std::string answer;
                  for (const NamedValue& field : request.form()) answer += field.name + '=' + field.value + '\n';
                  for (const UploadedFile& file : request.files()) {
                    answer += file.field + ' ' + file.file_name + ' ' + file.content_type + ' ' +
                              std::to_string(file.size) + ' ' + std::to_string(fs::file_size(file.path())) + '\n';
                    if (request.form("keep")) kept_.push_back(file);
                  }
                  return Response::text(answer);
                },
                {.max_body_bytes = 400'000'000, .uploads = Uploads::Spooled, .csrf = Csrf::Exempt});
    router.post(
        "/enquiries",
        [](const Request& request) { return Response::text("said " + std::string(request.form("message").value())); },
        {.csrf = Csrf::Exempt});
    server_ = std::make_unique<Server>(std::move(options), std::move(router));
    const auto started = server_->start();
    ASSERT_TRUE(started.ok()) << to_text(started.problems());
  }

  std::string post(std::string_view path, std::string_view body, std::string_view boundary = "b") {
    RawClient peer(server_->port());
    peer.send("POST " + std::string(path) +
              " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\nContent-Type: multipart/form-data; boundary=" + std::string(boundary) + "\r\n\r\n");
    peer.send(body);
    return peer.everything();
  }

  fs::path folder_;
  std::vector<UploadedFile> kept_;
  std::unique_ptr<Server> server_;
};

constexpr const char* kForm =
    "--b\r\n"
    "Content-Disposition: form-data; name=\"source\"\r\n\r\n"
    "Social care, October\r\n"
    "--b\r\n"
    "Content-Disposition: form-data; name=\"extract\"; filename=\"C:\\extracts\\cin 2024.xml\"\r\n"
    "Content-Type: text/xml\r\n\r\n"
    "<Message/>\r\n\r\n"
    "--b\r\n"
    "Content-Disposition: form-data; name=\"second\"; filename=\"\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\n\r\n"
    "--b--\r\n";

TEST_F(Upload, FieldsAndFilesArriveAndTheFileIsGoneAfterwards) {
  start();
  const std::string answer = post("/extracts", kForm);
  EXPECT_TRUE(answer.ends_with("source=Social care, October\nextract cin 2024.xml text/xml 12 12\n")) << answer;
  EXPECT_EQ(files_in(folder_), 0u);
}

TEST_F(Upload, AFileSomebodyKeepsStaysUntilTheyLetGo) {
  start();
  std::string form = kForm;
  form.insert(0, "--b\r\nContent-Disposition: form-data; name=keep\r\n\r\nyes\r\n");
  post("/extracts", form);
  ASSERT_EQ(kept_.size(), 1u);
  EXPECT_EQ(file_content(kept_[0].path()), "<Message/>\r\n");
  EXPECT_EQ(files_in(folder_), 1u);
  kept_.clear();
  EXPECT_EQ(files_in(folder_), 0u);
}

TEST_F(Upload, LeftoversOfACrashAreRemovedAtTheStart) {
  std::ofstream(folder_ / "upload-0123456789") << "half an extract";
  std::ofstream(folder_ / "notes.txt") << "not ours";
  start();
  EXPECT_EQ(files_in(folder_), 1u);
  EXPECT_TRUE(fs::exists(folder_ / "notes.txt"));
}

TEST_F(Upload, ThreeHundredMegabytesNeedNoMemory) {
  start();
  const std::string begin = "--b\r\nContent-Disposition: form-data; name=\"extract\"; filename=\"pupils.csv\"\r\n\r\n";
  const std::string end = "\r\n--b--\r\n";
  constexpr std::size_t kMegabytes = 300;
  std::string megabyte;
  while (megabyte.size() < 1'000'000) megabyte += "A123456789012,Okafor,Ada,2014-03-12,F,SW1A 2AA\r\n-";
  megabyte.resize(1'000'000);

  RawClient peer(server_->port());
  const double before = resident_megabytes();
  peer.send("POST /extracts HTTP/1.1\r\nHost: a\r\nContent-Length: " +
            std::to_string(begin.size() + kMegabytes * megabyte.size() + end.size()) +
            "\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n" + begin);
  double most = before;
  for (std::size_t i = 0; i < kMegabytes; ++i) {
    ASSERT_TRUE(peer.send(megabyte));
    most = std::max(most, resident_megabytes());
  }
  peer.send(end);
  EXPECT_TRUE(peer.response().ends_with("extract pupils.csv  300000000 300000000\n"));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(most - before, 20.0);
#endif
}

TEST_F(Upload, AChunkedUploadIsSpooledToo) {
  start();
  const std::string form = kForm;
  RawClient peer(server_->port());
  peer.send(
      "POST /extracts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
      "Content-Type: multipart/form-data; boundary=\"b\"\r\n\r\n");
  for (const char c : form) peer.send("1\r\n" + std::string(1, c) + "\r\n");
  peer.send("0\r\n\r\n");
  EXPECT_TRUE(peer.everything().ends_with("extract cin 2024.xml text/xml 12 12\n"));
}

TEST_F(Upload, WhatIsWrongWithAFormIsSaid) {
  start({.max_form_fields = 100, .max_form_bytes = 100'000});
  std::string parts;
  for (int i = 0; i < 10'000; ++i) parts += "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n";
  const std::string big(200'000, 'x');
  const std::string head = "--b\r\nContent-Disposition: form-data; name=\"x\"";
  struct Case {
    std::string path;
    std::string body;
    std::string boundary;
    std::string status;
    std::string explanation;
  };
  const std::vector<Case> cases{
      {"/extracts", kForm, "other", "400", "broke off before its end"},
      {"/extracts", std::string(kForm).substr(0, 250), "b", "400", "broke off before its end"},
      {"/extracts", kForm, "", "400", "does not say where its parts begin"},
      {"/extracts", kForm, std::string(71, 'b'), "400", "does not say where its parts begin"},
      {"/extracts", parts + "--b--\r\n", "b", "413", "too many parts"},
      {"/extracts", head + "\r\n\r\n" + big + "\r\n--b--\r\n", "b", "413", "More was sent than this page takes"},
      {"/extracts", "--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--\r\n", "b", "400", "is damaged"},
      {"/extracts", "--b\r\nContent-Disposition: attachment; name=x\r\n\r\n\r\n--b--\r\n", "b", "400", "is damaged"},
      {"/extracts", "--b\r\nno colon\r\n\r\n\r\n--b--\r\n", "b", "400", "is damaged"},
      {"/extracts", "--b\r\n\r\n\r\n--b--\r\n", "b", "400", "is damaged"},
      {"/extracts", "--bXX\r\n", "b", "400", "is damaged"},
      {"/extracts", "--b\r\nX: " + std::string(9000, 'x') + "\r\n\r\n\r\n--b--\r\n", "b", "400", "is damaged"},
      {"/extracts", head + "\r\n\r\n\xff\r\n--b--\r\n", "b", "400", "not encoded as UTF-8"},
      {"/extracts", head + "; filename=\"\xff\"\r\n\r\n\r\n--b--\r\n", "b", "400", "not encoded as UTF-8"},
      {"/enquiries", kForm, "b", "415", "This page does not take files."},
  };
  for (const Case& each : cases) {
    const std::string answer = post(each.path, each.body, each.boundary);
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + each.status) << each.body.substr(0, 100);
    EXPECT_NE(answer.find(each.explanation), std::string::npos) << answer;
  }
  EXPECT_TRUE(post("/enquiries",
                   "--b\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nThe lamp is out.\r\n"
                   "--b--\r\n")
                  .ends_with("said The lamp is out."));
  EXPECT_EQ(files_in(folder_), 0u);
}

TEST_F(Upload, AnUploadThatBreaksOffLeavesNoFile) {
  // Many times, because the stop may come before, while or after the connection is accepted.
  for (int times = 0; times < 100; ++times) {
    start();
    {
      RawClient peer(server_->port());
      peer.send(
          "POST /extracts HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n"
          "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
          "--b\r\nContent-Disposition: form-data; name=\"extract\"; filename=\"a.csv\"\r\n\r\n" +
          std::string(5000, 'x'));
    }
    server_->stop();  // Waits until the connection is gone.
    ASSERT_EQ(files_in(folder_), 0u);
  }
}

TEST_F(Upload, AFullOrMissingDiskIsOurFaultAndSaidSo) {
  start();
  fs::remove_all(folder_);
  EXPECT_EQ(post("/extracts", kForm).substr(0, 12), "HTTP/1.1 500");
}

// Everything the reader said, as one text; the same however the bytes were cut.
class Recorder final : public PartSink {
 public:
  std::optional<Refusal> begin_part(PartHead head) override {
    text += "[" + head.name + "|" + head.file_name.value_or("-") + "|" + head.content_type + "]";
    return std::nullopt;
  }
  std::optional<Refusal> part_bytes(std::string_view bytes) override {
    text += bytes;
    return std::nullopt;
  }
  std::optional<Refusal> end_part() override {
    text += "[end]";
    return std::nullopt;
  }
  std::string text;
};

std::string read_in_pieces(std::string_view body, std::size_t size, std::string_view boundary = "b") {
  Recorder recorder;
  MultipartReader reader(boundary, recorder);
  for (std::size_t at = 0; at < body.size(); at += size) {
    if (reader.take(body.substr(at, size))) return recorder.text + "[refused]";
  }
  return recorder.text + (reader.finish() ? "[broken off]" : "");
}

TEST(Multipart, ReadsTheSameHoweverTheBytesAreCut) {
  const std::string body =
      "a preamble that nobody reads\r\n--b  \r\n"
      "content-disposition: form-data; name=\"a \\\"quoted\\\" %22name%22\"\r\n\r\n"
      "\r\n--bb is not the end, nor is \r\n-- or \r\r\n--\r\n--b\r\n"
      "Content-Disposition: form-data; filename=../../etc/passwd; name=f\r\nContent-Type: text/csv\r\n\r\n"
      "\r\n--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--b--\r\nan epilogue";
  // The second delimiter begins like the boundary and goes on: the form is damaged there.
  EXPECT_EQ(read_in_pieces(body, body.size()), "[a \"quoted\" \"name\"|-|][end][refused]");
  std::string mended = body;
  mended.erase(mended.find("\r\n--bb is"), std::string_view("\r\n--bb is").size());
  const std::string expected =
      "[a \"quoted\" \"name\"|-|] not the end, nor is \r\n-- or \r\r\n--[end]"
      "[f|passwd|text/csv][end][|-|][end]";
  for (std::size_t size = 1; size <= mended.size(); ++size) EXPECT_EQ(read_in_pieces(mended, size), expected) << size;
}

TEST(Multipart, KnowsABoundary) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundaryAbC"), "----WebKitFormBoundaryAbC");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data; charset=utf-8; boundary=\"a b;c\""), "a b;c");
  EXPECT_EQ(multipart_boundary("multipart/form-data"), std::nullopt);
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=\"open"), std::nullopt);
  EXPECT_EQ(multipart_boundary("multipart/mixed; boundary=b"), std::nullopt);
}

}  // namespace
}  // namespace guildhall::http
