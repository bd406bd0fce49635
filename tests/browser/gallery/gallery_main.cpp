#include <cstdio>
#include <filesystem>
#include <fstream>

#include "gallery/gallery.h"
#include "html/accessibility.h"
#include "html/assets.h"
#include "html/error_pages.h"
#include "html/theme.h"

namespace guildhall::gallery {

html::Html due(const Enquiry& enquiry) {
  if (enquiry.days_left < 0) return html::tag("Late", html::TagColour::Red);
  return enquiry.days_left;
}

std::vector<std::vector<html::Html>> rows(const std::vector<Enquiry>& enquiries) {
  std::vector<std::vector<html::Html>> rows;
  for (const Enquiry& enquiry : enquiries) {
    rows.push_back({enquiry.reference, enquiry.from, enquiry.subject, enquiry.received, due(enquiry), enquiry.team});
  }
  return rows;
}

namespace {

std::vector<Enquiry> invented_enquiries(int count) {
  const char* subjects[] = {"Missed recycling collection", "School place for September", "Blue Badge renewal",
                            "Pothole in Station Road outside number 12, second report", "Council tax refund"};
  const char* people[] = {"Amara Okafor", "Bronwen Llewellyn-Fairweather", "Chi Wei", "Dafydd Jones", "Zoë O’Brien"};
  std::vector<Enquiry> enquiries;
  for (int i = 0; i < count; ++i) {
    enquiries.push_back({"GEN-" + std::to_string(4821 + i), people[i % 5], subjects[i % 5],
                         parse_instant("2026-03-02T08:30:00Z").value() + std::chrono::hours(7 * i), 5 - i,
                         i % 2 == 0 ? "Customer services" : "Highways and transport"});
  }
  return enquiries;
}

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace
}  // namespace guildhall::gallery

int main(int count, char** arguments) {
  using namespace guildhall;
  if (count != 2) {
    std::fputs("usage: gallery FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  const html::Site site{.council = "Borsetshire County Council",
                        .footer = {{"Accessibility statement", {"/accessibility"}}},
                        .phase = html::PhaseBanner{"Demonstration", "Everybody here is invented."}};
  const gallery::GalleryPage page{site, {}, gallery::invented_enquiries(12)};
  gallery::GalleryPage wrong = page;
  wrong.errors.add("full-name", "Enter your full name");
  wrong.errors.add("passphrase", "Enter your passphrase");
  wrong.errors.add("birth-date", "Date of birth must include a year");
  wrong.errors.add("contact", "Select how we should contact you");
  wrong.errors.add("needs", "Select what would help you, or ‘None of these’");
  wrong.errors.add("area", "Select your area");
  wrong.errors.add("letter", "The file must be smaller than 10 MB");
  wrong.errors.add("details", "Details must be 2,000 characters or fewer");

  for (const html::Asset& asset : html::assets()) gallery::write(folder / asset.path.substr(1), asset.bytes);
  gallery::write(folder / "theme.css", html::theme_css({html::BrandColour::parse("#00594c").value()}));
  const auto write_page = [&](const char* name, const html::Html& html) {
    gallery::write(folder / (std::string(name) + ".html"), html.markup());
  };
  write_page("index", gallery::content(page));
  write_page("form", gallery::form(page));
  write_page("form-errors", gallery::form(wrong));
  write_page("question", gallery::question(page));
  write_page("check", gallery::check(page));
  write_page("confirmation", gallery::confirmation(page));
  write_page("work", gallery::work(page));
  write_page("signpost", gallery::signpost(page));
  write_page("accessibility", html::accessibility_statement(site, {"digital@borsetshire.example", "01632 960 001",
                                                                   Date::from(2026, 3, 2).value()}));
  for (const int status : {400, 403, 404, 413, 500, 503}) {
    write_page(("error-" + std::to_string(status)).c_str(),
               html::error_page(site, status, "01890a5d-ac96-774b-bcce-b302099a8057"));
  }
}
