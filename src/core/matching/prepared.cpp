#include "matching/impl/prepared.h"

#include <algorithm>

#include "base/text.h"

namespace guildhall::matching {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_capital(char letter) {
  return letter >= 'A' && letter <= 'Z';
}

using FormalNames = std::unordered_map<std::string, std::vector<std::string>>;

FormalNames formal_names(const Model& model) {
  FormalNames formal;
  for (const auto& [nickname, name] : model.nicknames) formal[name_key(nickname)].push_back(name_key(name));
  return formal;
}

// The house: "12 High Street" and "12, High St." are "12HIGH"; "Flat 3, 12 High Street" is "3 12HIGH".
std::string house_key(std::string_view lines) {
  const std::string capitals = folded(lines);
  std::string key, word;
  const auto finish = [&] {
    const bool is_dwelling = word == "FLAT" || word == "APARTMENT" || word == "APT" || word == "UNIT";
    if (!is_dwelling) key += word;
    const bool is_street = !word.empty() && !is_dwelling && !is_digit(word.front());
    if (!word.empty() && is_digit(word.front())) key += ' ';
    word.clear();
    return is_street;
  };
  for (const char letter : capitals) {
    if (is_digit(letter) || is_capital(letter) || static_cast<unsigned char>(letter) >= 0x80) {
      word += letter;
    } else if (letter != '\'' && finish()) {
      return key;
    }
  }
  finish();
  return key;
}

class Preparation {
 public:
  Preparation(Prepared& prepared, const Model& model) : prepared_(prepared), formal_(formal_names(model)) {}

  void add(const LinkRecord& record) {
    PreparedRecord result;
    result.nhs_number = term(record.nhs_number);
    result.upn = term(record.upn);
    result.upn_is_temporary = !record.upn.empty() && !is_digit(record.upn.back());
    result.former_upns = list(record.former_upns, [](const std::string& upn) { return upn; });
    const Name& forename = name_of(record.forename);
    result.forename = forename.key;
    result.forename_parts = forename.parts;
    result.formal_names = forename.formal;
    const Name& middle = name_of(record.middle_names);
    result.middle_names = middle.key;
    result.middle_parts = middle.parts;
    const Name& surname = name_of(record.surname);
    result.surname = surname.key;
    result.surname_parts = surname.parts;
    result.other_forenames = list(record.other_forenames, name_key);
    result.other_surnames = list(record.other_surnames, name_key);
    result.sex = record.sex;
    result.postcode = term(record.postcode);
    result.district = term(district_of(record.postcode));
    result.earlier_postcodes = list(record.earlier_postcodes, [](const std::string& postcode) { return postcode; });
    result.house = record.address_lines.empty() ? 0 : term(house_key(record.address_lines));
    result.uprn = record.uprn;
    if (record.birth_date) {
      result.birth_date = record.birth_date->year() * 10000 +
                          static_cast<std::int32_t>(record.birth_date->month()) * 100 +
                          static_cast<std::int32_t>(record.birth_date->day());
    }
    prepared_.records.push_back(result);
  }

 private:
  struct Name {
    Term key = 0;
    TermList parts;   // Where it has more than one.
    TermList formal;  // What it may be short for, itself included.
  };

  static std::string_view district_of(std::string_view postcode) { return postcode.substr(0, postcode.find(' ')); }

  Term term(std::string_view text) { return text.empty() ? 0 : prepared_.vocabulary.intern(text); }

  TermList sorted_list(std::vector<Term> terms) {
    std::sort(terms.begin(), terms.end());
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    std::erase(terms, 0u);
    const TermList result{static_cast<std::uint32_t>(prepared_.lists.size()), static_cast<std::uint32_t>(terms.size())};
    prepared_.lists.insert(prepared_.lists.end(), terms.begin(), terms.end());
    return result;
  }

  template <class Key>
  TermList list(const std::vector<std::string>& texts, Key key) {
    if (texts.empty()) return {};
    std::vector<Term> terms;
    for (const std::string& text : texts) terms.push_back(term(key(text)));
    return sorted_list(std::move(terms));
  }

  // The same writing of a name is prepared once for all records.
  const Name& name_of(const std::string& written) {
    const auto [found, is_new] = names_.try_emplace(written);
    if (!is_new) return found->second;
    Name name;
    const std::string key = name_key(written);
    name.key = term(key);
    std::vector<Term> parts;
    std::size_t begin = 0;
    while (begin <= written.size()) {
      const std::size_t end = std::min(written.find_first_of(" -", begin), written.size());
      const std::string part = name_key(std::string_view(written).substr(begin, end - begin));
      if (part.size() >= 3) parts.push_back(term(part));  // Not "de", "Mc" or an initial.
      begin = end + 1;
    }
    if (parts.size() >= 2) name.parts = sorted_list(std::move(parts));
    std::vector<Term> formal = {name.key};
    if (const auto known = formal_.find(key); known != formal_.end()) {
      for (const std::string& full : known->second) formal.push_back(term(full));
    }
    name.formal = sorted_list(std::move(formal));
    return found->second = name;
  }

  Prepared& prepared_;
  FormalNames formal_;
  std::unordered_map<std::string, Name> names_;
};

}  // namespace

Term Vocabulary::intern(std::string_view text) {
  if (const auto found = terms_.find(text); found != terms_.end()) return found->second;
  const Term term = static_cast<Term>(texts_.size());
  texts_.emplace_back(text);
  terms_.emplace(texts_.back(), term);
  return term;
}

std::string name_key(std::string_view name) {
  std::string key = folded(name);
  std::erase_if(key, [](char letter) { return static_cast<unsigned char>(letter) < 0x80 && !is_capital(letter); });
  return key;
}

Prepared prepare(std::span<const LinkRecord> records, const Model& model) {
  Prepared prepared;
  prepared.records.reserve(records.size());
  Preparation preparation(prepared, model);
  for (const LinkRecord& record : records) preparation.add(record);
  return prepared;
}

void count_frequencies(Prepared& prepared) {
  const auto count = [&](Term PreparedRecord::*name) {
    std::vector<double> frequency(prepared.vocabulary.size());
    double named = 0;
    for (const PreparedRecord& record : prepared.records) {
      if (record.*name == 0) continue;
      ++frequency[record.*name];
      ++named;
    }
    for (double& value : frequency) value /= std::max(named, 1.0);
    return frequency;
  };
  prepared.forename_frequency = count(&PreparedRecord::forename);
  prepared.surname_frequency = count(&PreparedRecord::surname);
}

TermFrequencies term_frequencies(std::span<const LinkRecord> records) {
  Model no_nicknames;
  Prepared prepared = prepare(records, no_nicknames);
  count_frequencies(prepared);
  TermFrequencies frequencies;
  for (Term term = 1; term < prepared.vocabulary.size(); ++term) {
    const std::string text(prepared.text(term));
    if (prepared.forename_frequency[term] > 0) frequencies.forenames[text] = prepared.forename_frequency[term];
    if (prepared.surname_frequency[term] > 0) frequencies.surnames[text] = prepared.surname_frequency[term];
  }
  return frequencies;
}

}  // namespace guildhall::matching
