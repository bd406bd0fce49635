#pragma once

// What the sign-in pages show; pages/*.html say how.

#include <optional>
#include <string>
#include <vector>

#include "html/components.h"

namespace guildhall::signin {

struct SigninPage {
  const html::Site& site;
  html::FormErrors errors;
  std::string notice;                 // Why the person is here: "You were signed out because…"; may be empty.
  std::vector<html::Link> providers;  // "Westshire Police", to /signin/start/…
  bool local_accounts = true;
  std::string signin_name;  // As it was typed.
  std::string return_path;
  std::string csrf_token;
};
html::Html signin_page(const SigninPage& page);

struct CodePage {
  const html::Site& site;
  html::FormErrors errors;
  std::string csrf_token;
};
html::Html code_page(const CodePage& page);

// A sign-in that came to nothing: what happened, and what the person can do.
struct RefusedPage {
  const html::Site& site;
  std::string title;  // "You cannot sign in yet"
  std::string explanation;
  std::string next;       // What to do; may be empty.
  std::string reference;  // For the person to quote; may be empty.
};
html::Html refused_page(const RefusedPage& page);

struct SignedOutPage {
  const html::Site& site;
  std::string provider;                // Title of the provider where the person is still signed in; may be empty.
  std::optional<html::Url> elsewhere;  // Where to sign out there too, if it offers that.
};
html::Html signed_out_page(const SignedOutPage& page);

}  // namespace guildhall::signin
