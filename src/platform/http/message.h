#pragma once

// What a browser asked and what we answer.
//
// A Request that reaches a handler is already checked: its path, query, form and cookies are decoded, valid
// UTF-8 and free of NUL; the server has answered 400 to anything else. A handler reads it and returns a
// Response:
//
//   Response show_person(const Request& request) {
//     const auto id = PersonId::parse(request.path_parameter("id"));
//     if (!id.ok()) return Response::not_found();
//     return Response::html(person_page(*id));
//   }

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/log.h"
#include "base/result.h"

namespace guildhall::http {

enum class Method { Get, Head, Post, Put, Patch, Delete, Options };
Literal to_literal(Method method);  // "GET"

struct NamedValue {
  std::string name;
  std::string value;
  auto operator<=>(const NamedValue&) const = default;
};

// A file on disk that is removed with the last copy of the handle to it.
class SpooledFile {
 public:
  explicit SpooledFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~SpooledFile();
  SpooledFile(const SpooledFile&) = delete;
  SpooledFile& operator=(const SpooledFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A file somebody sent with a form. It was written to disk as it arrived and is removed when the request
// ends, unless somebody still holds a copy of `file`. An empty file input of a form is not a file: it is left
// out.
struct UploadedFile {
  std::string field;         // The name of the form's field.
  std::string file_name;     // The sender's word, without folders: to show, never to open.
  std::string content_type;  // The sender's word too.
  std::uint64_t size = 0;    // Bytes.
  std::shared_ptr<const SpooledFile> file;

  const std::filesystem::path& path() const { return file->path(); }
};

// A request before its body: what the server read from the socket, or what a test makes up.
struct RequestHead {
  Method method = Method::Get;
  std::string target = "/";                  // As sent: "/people?surname=Okafor".
  std::vector<NamedValue> headers = {};      // In the order they came; names in any case.
  std::string remote_address = "127.0.0.1";  // Of the person, not of the proxy.
  bool https = false;                        // Between the person and us, or the trusted proxy in front of us.
  Uuid id = {};                              // Nil: a new one is made.
};

// Threads: one at a time, like any value; it can be moved, not copied.
class Request {
 public:
  // Where the target cannot be read (bad percent-encoding, NUL, "..", not UTF-8) the problem says why; the
  // server answers 400.
  static Result<Request> parse(RequestHead head);
  // Sets the body, and the form where its Content-Type is application/x-www-form-urlencoded.
  Result<void> give_body(std::string body);
  // What a multipart/form-data body held.
  void give_form(std::vector<NamedValue> fields, std::vector<UploadedFile> files);

  Method method() const { return head_.method; }
  // Decoded, without the query; begins with "/", holds no empty, "." or ".." segment and doesn't end with "/"
  // unless it is "/". A "%2F" is refused, so the segments are what they seem.
  std::string_view path() const { return path_; }
  // The part of the path that ":id" or "*rest" of the route's pattern stands for; asking for another is a
  // mistake in the program.
  std::string_view path_parameter(std::string_view name) const;

  // The first value of that name. The views live as long as the request.
  std::optional<std::string_view> query(std::string_view name) const;
  std::vector<std::string_view> query_all(std::string_view name) const;
  const std::vector<NamedValue>& query() const { return query_; }
  std::optional<std::string_view> form(std::string_view name) const;
  std::vector<std::string_view> form_all(std::string_view name) const;
  const std::vector<NamedValue>& form() const { return form_; }
  const std::vector<UploadedFile>& files() const { return files_; }
  // The raw body; empty for multipart/form-data, whose content is in form() and files().
  const std::string& body() const { return body_; }

  // Names in any case. Values are the sender's bytes, perhaps not UTF-8.
  std::optional<std::string_view> header(std::string_view name) const;
  // By its name without "__Host-", which every cookie of ours has. See Cookie.
  std::optional<std::string_view> cookie(std::string_view name) const;
  // What the person's browser called us: "council.example:8443". From the Host header, checked to be a host.
  std::string_view host() const { return host_; }

  // The target as sent, for "return to this page" after a sign-in.
  const std::string& target() const { return head_.target; }
  const std::string& remote_address() const { return head_.remote_address; }
  bool https() const { return head_.https; }
  const Uuid& id() const { return head_.id; }

  // What middleware learnt and handlers need, by its type: attach(Session{…}); attached<Session>() is null
  // where nothing was attached.
  template <class T>
  void attach(T value) {
    attachments_.emplace_back(typeid(T), std::make_shared<const T>(std::move(value)));
  }
  template <class T>
  const T* attached() const {
    for (const auto& [type, value] : attachments_) {
      if (type == typeid(T)) return static_cast<const T*>(value.get());
    }
    return nullptr;
  }

 private:
  friend class Router;
  explicit Request(RequestHead head) : head_(std::move(head)) {}

  RequestHead head_;
  std::string path_;
  std::string host_;
  std::vector<NamedValue> query_;
  std::vector<NamedValue> cookies_;
  std::vector<NamedValue> form_;
  std::vector<UploadedFile> files_;
  std::string body_;
  std::vector<NamedValue> path_parameters_;
  const struct Route* route_ = nullptr;
  std::vector<std::pair<std::type_index, std::shared_ptr<const void>>> attachments_;
};

enum class SameSite { Lax, Strict };

// Every cookie is written as "__Host-" + name, with Secure and Path=/ and without Domain, so that no other
// host and no unencrypted page can set it (RFC 6265bis, section 4.1.3.2). Browsers accept this from
// http://localhost too.
struct Cookie {
  std::string name;   // Letters, digits, "-" and "_".
  std::string value;  // Visible ASCII without quotes, commas, semicolons and backslashes.
  std::optional<std::chrono::seconds> max_age = {};  // None: until the browser closes.
  SameSite same_site = SameSite::Lax;
  bool http_only = true;
};

// Whether a browser can be sent there after a form without leaving this site: "/people/7?tab=links" is,
// "//evil.example", "/\evil.example" and "https://…" are not.
bool is_local_path(std::string_view path);

// The setters return the response, so that `return Response::redirect("/work").set_cookie(session);` reads
// well. A header or cookie with a line break or control character is a mistake in the program and throws
// BrokenInvariant.
class Response {
 public:
  explicit Response(int status = 200) : status_(status) {}
  static Response html(std::string body, int status = 200);
  static Response text(std::string body, int status = 200);
  static Response json(std::string body, int status = 200);
  static Response content(std::string content_type, std::string body, int status = 200);
  // Bytes that live as long as the program.
  static Response fixed_content(std::string content_type, std::string_view bytes, int status = 200);
  // Sent as it is read from the disk. Where a download name is given, browsers save it under that name.
  static Response file(std::filesystem::path path, std::string content_type, std::string download_name = "");
  // 303 See Other, to a page of this site: is_local_path(path) must hold, so check what came from a request
  // first.
  static Response redirect(std::string path);
  // 303 to another site ("https://…"), such as the sign-in provider; never with a URL taken from a request.
  static Response redirect_elsewhere(std::string url);
  // The body is made by RouterOptions::error_page. The explanation is a sentence for the person; empty: the
  // usual one.
  static Response refusal(int status, std::string explanation = "");
  static Response not_found() { return refusal(404); }

  Response& set_status(int status) &;
  Response&& set_status(int status) && { return std::move(set_status(status)); }
  // Replaces the header of that name.
  Response& set_header(std::string name, std::string value) &;
  Response&& set_header(std::string name, std::string value) && {
    return std::move(set_header(std::move(name), std::move(value)));
  }
  Response& set_cookie(const Cookie& cookie) &;
  Response&& set_cookie(const Cookie& cookie) && { return std::move(set_cookie(cookie)); }
  // Tells the browser to forget the cookie.
  Response& clear_cookie(std::string_view name) &;
  Response&& clear_cookie(std::string_view name) && { return std::move(clear_cookie(name)); }

  int status() const { return status_; }
  std::optional<std::string_view> header(std::string_view name) const;
  const std::vector<NamedValue>& headers() const { return headers_; }
  // Empty for a file.
  std::string_view body() const;

  struct FileBody {
    std::filesystem::path path;
  };
  using Body = std::variant<std::string, std::string_view, FileBody>;
  const Body& body_source() const { return body_; }

  // Set by refusal(): the error page still has to be made.
  bool wants_error_page() const { return wants_error_page_; }
  const std::string& explanation() const { return explanation_; }
  // Takes the page's body, and those of its headers that this response has not.
  void become(Response page);

 private:
  int status_;
  std::vector<NamedValue> headers_;
  Body body_;
  bool wants_error_page_ = false;
  std::string explanation_;
};

}  // namespace guildhall::http
