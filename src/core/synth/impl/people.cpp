#include "synth/impl/people.h"

#include <charconv>
#include <utility>

#include "base/text.h"

namespace guildhall::synth {
namespace {

constexpr std::size_t kWaiting = 65'536;

std::string_view column_text(Source source) {
  switch (source) {
    case Source::SocialCare:
      return "social_care";
    case Source::SchoolCensus:
      return "school_census";
    case Source::TransferFile:
      return "transfer_file";
    case Source::Nhs:
      return "nhs";
  }
  return "";
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

PeopleFile::PeopleFile(std::uint64_t seed, const Places& places, OutputSink& sink)
    : places_(places), file_(sink, std::string(kPeopleFile)), random_(seed, Random::Purpose::Order, 0) {
  file_.line().append(kPeopleColumns).append("\n");
  waiting_.reserve(kWaiting);
}

void PeopleFile::add(Source source, const Child& child, const Entry& entry) {
  row_.assign(column_text(source)).append(",P");
  append_number(row_, child.person);
  row_ += ",H";
  append_number(row_, child.household);
  const auto append = [&](std::string_view field) {
    row_ += ',';
    append_csv_cell(row_, field);
  };
  append(entry.forename);
  append(entry.middle_names);
  append(entry.surname);
  append(!entry.sex ? "" : *entry.sex == Sex::Male ? "M" : "F");
  append(entry.born ? entry.born->iso() : "");
  append(entry.nhs_number);
  append(entry.upn);
  if (entry.residence) {
    const Address& address = entry.residence->address;
    append(
        places_.house(address).append(" ").append(places_.street(address)).append(", ").append(places_.town(address)));
  } else {
    append("");
  }
  append(entry.postcode);
  if (waiting_.size() < kWaiting) {
    waiting_.push_back(row_);
    return;
  }
  std::string& other = waiting_[random_.below(kWaiting)];
  write(other);
  std::swap(other, row_);
}

void PeopleFile::end() {
  for (std::size_t left = waiting_.size(); left > 0; --left) {
    std::swap(waiting_[random_.below(left)], waiting_[left - 1]);
    write(waiting_[left - 1]);
  }
  file_.end();
}

void PeopleFile::write(std::string_view row) {
  std::string& out = file_.line();
  out += 'R';
  append_number(out, ++last_record_);
  out.append(",").append(row).append("\n");
  file_.end_row();
}

}  // namespace guildhall::synth
