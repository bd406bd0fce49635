#include "app/openid_file.h"

#include <boost/json.hpp>
#include <fstream>

#include "base/text.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Reads members, and remembers every problem on the way.
class Members {
 public:
  Members(const json::object& object, std::string where, Problems& problems)
      : object_(object), where_(std::move(where)), problems_(problems) {}

  std::string text(std::string_view name) {
    const std::string value = text_or(name, "");
    if (value.empty()) wrong(name, "This is missing, or not a text.");
    return value;
  }
  std::string text_or(std::string_view name, std::string_view otherwise) {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) return std::string(otherwise);
    if (!value->is_string()) return wrong(name, "This is not a text."), std::string(otherwise);
    return std::string(value->get_string());
  }
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> list;
    const json::value* value = object_.if_contains(name);
    if (value == nullptr) return list;
    if (!value->is_array()) return wrong(name, "This is not a list of texts."), list;
    for (const json::value& each : value->get_array()) {
      if (!each.is_string()) return wrong(name, "This is not a list of texts."), list;
      list.emplace_back(each.get_string());
    }
    return list;
  }
  void wrong(std::string_view name, std::string what) {
    problems_.push_back({std::move(what), where_ + std::string(name), "See the example in the README."});
  }

 private:
  const json::object& object_;
  std::string where_;
  Problems& problems_;
};

std::optional<std::string> contents_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

signin::AdmissionRule admission_in(const json::value& value, std::size_t index, Problems& problems) {
  static const json::object none;
  const std::string where = "admissions[" + std::to_string(index) + "].";
  Members members(value.is_object() ? value.get_object() : none, where, problems);
  const auto kind = signin::organisation_kind_named(members.text("organisation_kind"));
  if (!kind) members.wrong("organisation_kind", "Known kinds are council, police, school, nhs and social_care.");
  const auto role = signin::role_named(members.text("role"));
  if (!role) members.wrong("role", "Known roles are partner, officer, steward, governance and operator.");
  signin::Scope scope;
  if (const std::string team = members.text_or("team", ""); !team.empty()) scope = {signin::Scope::Kind::Team, team};
  return {.claim = members.text("claim"),
          .value = members.text("value"),
          .organisation = {members.text("organisation"), kind.value_or(signin::OrganisationKind::Council)},
          .role = role.value_or(signin::Role::Partner),
          .scope = scope};
}

}  // namespace

Result<OpenIdFile> parse_openid_file(std::string_view text, const fs::path& folder) {
  boost::system::error_code bad;
  const json::value value = json::parse(text, bad);
  if (bad || !value.is_object()) {
    return Problem{"This is not a JSON object: " + bad.message() + ".", "", "Check its brackets, quotes and commas."};
  }
  Problems problems;
  Members members(value.get_object(), "", problems);
  const std::string address = members.text("address");
  if (address.ends_with('/')) members.wrong("address", "Leave out the slash at the end.");
  const std::string name = members.text("name");
  OpenIdFile file{.provider = {.name = name,
                               .title = members.text("title"),
                               .issuer = members.text("issuer"),
                               .client_id = members.text("client_id"),
                               .credential = signin::ClientSecret{},
                               .redirect_uri = address + "/signin/callback/" + name,
                               .post_logout_redirect_uri = address + "/signout/done",
                               .acr_values = members.texts("acr_values"),
                               .admissions = {}},
                  .new_public_key = std::nullopt};
  if (const json::value* admissions = value.get_object().if_contains("admissions")) {
    if (!admissions->is_array()) members.wrong("admissions", "This is not a list.");
    for (std::size_t i = 0; admissions->is_array() && i < admissions->get_array().size(); ++i) {
      file.provider.admissions.push_back(admission_in(admissions->get_array()[i], i, problems));
    }
  }
  const std::string key_file = members.text_or("key_file", ""), secret_file = members.text_or("secret_file", "");
  if (key_file.empty() == secret_file.empty()) {
    members.wrong("key_file", "Give either key_file or secret_file.");
  }
  if (!problems.empty()) return problems;

  if (!secret_file.empty()) {
    const auto secret = contents_of(folder / secret_file);
    if (!secret) return Problem{"This file can't be read.", "secret_file", "Check its name and who may read it."};
    file.provider.credential = signin::ClientSecret{std::string(trimmed(*secret))};
    return file;
  }
  const fs::path key_path = folder / key_file;
  if (!fs::exists(key_path)) {
    const signin::SigningKey key = signin::SigningKey::generate();
    std::ofstream out(key_path, std::ios::binary);
    fs::permissions(key_path, fs::perms::owner_read | fs::perms::owner_write);
    out << key.private_jwk() << "\n" << std::flush;
    if (!out) return Problem{"The new key can't be written.", "key_file", "Check the folder and who may write there."};
    file.new_public_key = key.public_jwk();
    file.provider.credential = key;
    return file;
  }
  const auto jwk = contents_of(key_path);
  if (!jwk) return Problem{"This file can't be read.", "key_file", "Check its name and who may read it."};
  file.provider.credential = TRY(signin::SigningKey::parse_jwk(*jwk));
  return file;
}

Result<OpenIdFile> read_openid_file(const fs::path& path) {
  const auto text = contents_of(path);
  if (!text) return Problem{"This file can't be read.", path.string(), "Check its name and who may read it."};
  auto file = parse_openid_file(*text, path.parent_path());
  if (file.ok()) return file;
  Problems problems = file.problems();
  for (Problem& problem : problems) problem.where = path.string() + (problem.where.empty() ? "" : ", " + problem.where);
  return problems;
}

}  // namespace guildhall::app
