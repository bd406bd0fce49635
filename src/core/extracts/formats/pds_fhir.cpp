// NHS Personal Demographics Service, FHIR R4: Patients as JSON. A file is one Patient, a Bundle of them,
// several documents one after another, or NDJSON. A Bundle is read entry by entry, so that its size doesn't
// matter.
//
// Sources: HL7 FHIR R4, Patient, HumanName (use), Address (use, period), Bundle; UK Core
// NHSNumberVerificationStatus; NHS England's PDS FHIR API: a restricted ("sensitive") record has the
// confidentiality label R in meta.security.
//
// Which of a patient's names is which attribute, by HumanName.use:
//   usual, official or none: the first of the best kind is Forename (first given), MiddleNames (the others),
//   Surname old, maiden:             FormerSurname, where its family name differs nickname:
//   PreferredForename, PreferredSurname temp, anonymous:         kept, used by nobody
// Addresses of every use become rows of "Patient.address", with their periods.

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <memory>
#include <optional>

#include "base/text.h"
#include "extracts/impl/csv.h"
#include "extracts/impl/delivery.h"
#include "extracts/impl/formats.h"

namespace guildhall::extracts {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using records::Attribute;
using records::Entity;

constexpr std::string_view kNhsNumberSystem = "https://fhir.nhs.uk/Id/nhs-number";
constexpr std::string_view kVerificationUrl =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
constexpr std::string_view kAddressKeyUrl = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AddressKey";

const value* member(const object& parent, std::string_view name) {
  return parent.if_contains({name.data(), name.size()});
}

// A text member; empty where it is absent or something else.
std::string_view text(const object& parent, std::string_view name) {
  const value* found = member(parent, name);
  if (found == nullptr || !found->is_string()) return {};
  return {found->get_string().data(), found->get_string().size()};
}

const object* object_in(const object& parent, std::string_view name) {
  const value* found = member(parent, name);
  return found == nullptr ? nullptr : found->if_object();
}

// Calls with each object in an array member.
template <class Call>
void each(const object& parent, std::string_view name, Call call) {
  const value* found = member(parent, name);
  const array* items = found == nullptr ? nullptr : found->if_array();
  if (items == nullptr) return;
  for (const value& item : *items) {
    if (const object* one = item.if_object()) call(*one);
  }
}

// Calls with each text in an array member.
template <class Call>
void each_text(const object& parent, std::string_view name, Call call) {
  const value* found = member(parent, name);
  const array* items = found == nullptr ? nullptr : found->if_array();
  if (items == nullptr) return;
  for (const value& item : *items) {
    if (const auto* one = item.if_string()) call(std::string_view(one->data(), one->size()));
  }
}

// The code of an extension's first coding.
std::string_view extension_code(const object& parent, std::string_view url) {
  std::string_view code;
  each(parent, "extension", [&](const object& extension) {
    if (text(extension, "url") != url) return;
    const object* concept_ = object_in(extension, "valueCodeableConcept");
    if (concept_ == nullptr) return;
    each(*concept_, "coding", [&](const object& coding) {
      if (code.empty()) code = text(coding, "code");
    });
  });
  return code;
}

// PDS labels: U unrestricted, R restricted, V very restricted, REDACTED. Whatever isn't known to be harmless
// protects.
bool asks_for_protection(std::string_view label) {
  return label != "U" && label != "L" && label != "M" && label != "N";
}

class PatientReader {
 public:
  PatientReader(Delivery& delivery) : delivery_(delivery) {}

  // A whole resource: a Patient, or something that holds one. `raw` may be empty where it isn't at hand.
  void resource(const object& resource, std::size_t line, std::string_view raw) {
    const std::string_view type = text(resource, "resourceType");
    if (type == "Patient") {
      patient(resource, line, raw);
    } else {
      ++others_;
      reject(patients_ + others_, line, "resourceType",
             {"This is not a Patient but " +
                  (type.empty() ? "no resource" : "a resource of type " + std::string(type)) + ".",
              place(line), "Load the patients; other resources are not used."},
             raw);
    }
  }

  void broken(std::size_t line, Problem problem, std::string_view raw) {
    ++others_;
    reject(patients_ + others_, line, {}, std::move(problem), raw);
  }

 private:
  static std::string place(std::size_t line) { return line == 0 ? "" : "line " + std::to_string(line); }

  void reject(std::size_t number, std::size_t line, std::string_view field, Problem problem, std::string_view raw) {
    delivery_.reject({.number = number,
                      .line = line,
                      .table = "Patient",
                      .field = field,
                      .problem = std::move(problem),
                      .raw = raw});
  }

  void add(std::string_view field, std::optional<Attribute> attribute, std::string_view raw) {
    if (!raw.empty()) cells_.push_back({field, attribute, raw});
  }

  void patient(const object& patient, std::size_t line, std::string_view raw) {
    ++patients_;
    cells_.clear();
    std::string_view key = trimmed(text(patient, "id"));
    add("id", std::nullopt, text(patient, "id"));
    identifiers(patient, key);
    if (key.empty()) {
      reject(patients_ + others_, line, "id",
             {"This patient has neither an id nor an NHS number.", place(line),
              "Take the extract again; every PDS record has its NHS number as id."},
             raw);
      return;
    }
    const std::string_view protection = security(patient);
    names(patient);
    add("gender", Attribute::Sex, text(patient, "gender"));
    add("birthDate", Attribute::BirthDate, text(patient, "birthDate"));
    add("deceasedDateTime", Attribute::DeathDate, text(patient, "deceasedDateTime"));
    const value* const deceased = member(patient, "deceasedBoolean");
    if (deceased != nullptr && deceased->is_bool()) {
      add("deceasedBoolean", std::nullopt, deceased->get_bool() ? "true" : "false");
    }
    multiple_birth(patient);
    each(patient, "telecom",
         [&](const object& contact) { add("telecom.value", std::nullopt, text(contact, "value")); });
    each(patient, "generalPractitioner", [&](const object& practice) {
      const object* const identifier = object_in(practice, "identifier");
      if (identifier != nullptr) add("generalPractitioner.identifier.value", std::nullopt, text(*identifier, "value"));
    });
    delivery_.deliver({.number = patients_ + others_,
                       .line = line,
                       .table = "Patient",
                       .entity = Entity::Person,
                       .record_key = key,
                       .cells = cells_});
    each(patient, "address", [&](const object& where) { address(where, key, protection, line); });
  }

  void identifiers(const object& patient, std::string_view& key) {
    each(patient, "identifier", [&](const object& identifier) {
      const std::string_view number = text(identifier, "value");
      if (text(identifier, "system") != kNhsNumberSystem) {
        add("identifier.value", std::nullopt, number);
        return;
      }
      add("identifier[nhs-number].value", Attribute::NhsNumber, number);
      add("identifier[nhs-number].extension.verificationStatus", Attribute::NhsVerification,
          extension_code(identifier, kVerificationUrl));
      if (key.empty()) key = trimmed(number);
    });
  }

  // The label that asks for protection, if one does.
  std::string_view security(const object& patient) {
    std::string_view protection;
    if (const object* const meta = object_in(patient, "meta")) {
      each(*meta, "security", [&](const object& label) {
        const std::string_view code = text(label, "code");
        if (asks_for_protection(code)) {
          protection = code.empty() ? "?" : code;
          add("meta.security.code", Attribute::Restricted, protection);
        } else {
          add("meta.security.code", std::nullopt, code);
        }
      });
      add("meta.versionId", std::nullopt, text(*meta, "versionId"));
    }
    return protection;
  }

  void names(const object& patient) {
    // PDS: exactly one usual name. Elsewhere the official one, then one without a use.
    const object* main_name = nullptr;
    int best = 4;
    each(patient, "name", [&](const object& name) {
      const std::string_view use = text(name, "use");
      const int rank = use == "usual" ? 1 : use == "official" ? 2 : use.empty() ? 3 : 4;
      if (rank < best) {
        best = rank;
        main_name = &name;
      }
    });
    const std::string_view surname = main_name == nullptr ? std::string_view{} : text(*main_name, "family");
    each(patient, "name", [&](const object& name) {
      const std::string_view use = text(name, "use");
      const std::string_view family = text(name, "family");
      if (&name == main_name) {
        add("name.family", Attribute::Surname, family);
        given(name, "name.given", Attribute::Forename, Attribute::MiddleNames);
      } else if (use == "old" || use == "maiden") {
        const bool differs = !equal_ignoring_case(family, surname);
        add("name[old].family", differs ? std::optional(Attribute::FormerSurname) : std::nullopt, family);
        given(name, "name[old].given", std::nullopt, std::nullopt);
      } else if (use == "nickname") {
        add("name[nickname].family", Attribute::PreferredSurname, family);
        given(name, "name[nickname].given", Attribute::PreferredForename, std::nullopt);
      } else {
        add("name[other].family", std::nullopt, family);
        given(name, "name[other].given", std::nullopt, std::nullopt);
      }
    });
  }

  void given(const object& name, std::string_view field, std::optional<Attribute> first,
             std::optional<Attribute> others) {
    bool is_first = true;
    each_text(name, "given", [&](std::string_view one) {
      add(field, is_first ? first : others, one);
      is_first = false;
    });
  }

  // Twins and triplets: worth keeping where two children share nearly everything.
  void multiple_birth(const object& patient) {
    const value* const order = member(patient, "multipleBirthInteger");
    if (order == nullptr || !order->is_number()) return;
    const auto [end, error] =
        std::to_chars(number_, number_ + sizeof number_, order->is_int64() ? order->get_int64() : 0);
    if (error == std::errc{} && order->is_int64()) {
      add("multipleBirthInteger", std::nullopt, {number_, static_cast<std::size_t>(end - number_)});
    }
  }

  void address(const object& where, std::string_view key, std::string_view protection, std::size_t line) {
    ++addresses_;
    cells_.clear();
    add("address.use", std::nullopt, text(where, "use"));
    each_text(where, "line", [&](std::string_view one) { add("address.line", Attribute::AddressLines, one); });
    add("address.city", Attribute::AddressLines, text(where, "city"));
    add("address.district", Attribute::AddressLines, text(where, "district"));
    add("address.postalCode", Attribute::Postcode, text(where, "postalCode"));
    each(where, "extension", [&](const object& extension) {
      if (text(extension, "url") != kAddressKeyUrl) return;
      bool is_uprn = false;
      std::string_view number;
      each(extension, "extension", [&](const object& part) {
        const object* const coding = object_in(part, "valueCoding");
        if (coding != nullptr && text(*coding, "code") == "UPRN") is_uprn = true;
        if (text(part, "url") == "value") number = text(part, "valueString");
      });
      add("address.extension.addressKey", is_uprn ? std::optional(Attribute::Uprn) : std::nullopt, number);
    });
    if (const object* const period = object_in(where, "period")) {
      add("address.period.start", Attribute::StartDate, text(*period, "start"));
      add("address.period.end", Attribute::EndDate, text(*period, "end"));
    }
    add("meta.security.code", Attribute::Restricted, protection);
    delivery_.deliver({.number = addresses_,
                       .line = line,
                       .table = "Patient.address",
                       .entity = Entity::Address,
                       .record_key = key,
                       .cells = cells_});
  }

  Delivery& delivery_;
  std::vector<Cell> cells_;
  std::size_t patients_ = 0;
  std::size_t others_ = 0;
  std::size_t addresses_ = 0;
  char number_[24];
};

std::string in_our_words(const boost::json::error_code& error) {
  if (error == boost::json::error::incomplete) return "The JSON ends in the middle: the file was probably cut off";
  if (error == boost::json::error::too_deep) return "The JSON is nested too deeply to be a patient";
  if (error == boost::json::error::extra_data) return "There is something after the JSON";
  return "This is not JSON: " + error.message();
}

constexpr std::string_view kTakeAgain = "Take the extract again; a JSON file must be UTF-8, whole and unedited.";

// Memory for one record at a time: mostly the same 64 KB again and again. A new resource each time, because
// Boost 1.81's release() keeps doubling the size of what it asks for next.
class RecordMemory {
 public:
  // What was made from the last one must be gone.
  boost::json::monotonic_resource* fresh() {
    resource_.reset();
    return &resource_.emplace(space_.get(), kSize);
  }

 private:
  static constexpr std::size_t kSize = std::size_t{64} << 10;
  std::unique_ptr<unsigned char[]> space_ = std::make_unique<unsigned char[]>(kSize);
  std::optional<boost::json::monotonic_resource> resource_;
};

// Builds the resources of a document one at a time: the entries of a Bundle, the elements of an array, or the
// document itself. Called by Boost.JSON's parser; the members it calls are named by that.
class ResourceBuilder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = std::size_t{1} << 10;
  static constexpr std::size_t max_string_size = std::size_t{1} << 24;

  ResourceBuilder(PatientReader& reader, const Limits& limits) : reader_(reader), limits_(limits) {}

  bool record_too_long() const { return record_too_long_; }

  using Error = boost::json::error_code;
  using View = boost::json::string_view;

  bool on_document_begin(Error&) {
    outer_.reset();
    depth_ = 0;
    in_entries_ = false;
    had_entries_ = false;
    outer_size_ = 0;
    return true;
  }

  bool on_document_end(Error&) {
    if (top_is_array_) {
      top_is_array_ = false;
      return true;
    }
    const value document = outer_.release();
    if (!document.is_object()) {
      reader_.broken(0, {"This is not a JSON object.", "", std::string(kTakeAgain)}, boost::json::serialize(document));
    } else if (!had_entries_ && text(document.get_object(), "resourceType") != "Bundle") {
      reader_.resource(document.get_object(), 0, raw_of(document));
    }
    return true;
  }

  bool on_object_begin(Error&) {
    if (depth_++ == entries_depth() && in_entries_) begin_entry();
    return true;
  }
  bool on_object_end(std::size_t count, Error& error) {
    --depth_;
    stack().push_object(count);
    return placed(32, error);
  }
  bool on_array_begin(Error&) {
    if (depth_ == 0) {
      top_is_array_ = in_entries_ = true;
    } else if (depth_ == 1 && !in_entries_ && key_ == "entry") {
      in_entries_ = true;
      had_entries_ = true;
    } else if (in_entries_ && depth_ == entries_depth()) {
      begin_entry();
    }
    ++depth_;
    return true;
  }
  bool on_array_end(std::size_t count, Error& error) {
    --depth_;
    if (in_entries_ && depth_ + 1 == entries_depth()) {
      in_entries_ = false;
      if (!top_is_array_) outer_.push_array(0);
      return true;
    }
    stack().push_array(count);
    return placed(32, error);
  }
  bool on_key_part(View part, std::size_t, Error& error) {
    if (depth_ == 1 && !in_entries_) {
      if (!key_goes_on_) key_.clear();
      key_.append(part.data(), part.size());
      key_goes_on_ = true;
    }
    stack().push_chars(part);
    return grown(part.size(), error);
  }
  bool on_key(View part, std::size_t, Error& error) {
    if (depth_ == 1 && !in_entries_) {
      if (!key_goes_on_) key_.clear();
      key_.append(part.data(), part.size());
      key_goes_on_ = false;
    }
    stack().push_key(part);
    return grown(part.size() + 32, error);
  }
  bool on_string_part(View part, std::size_t, Error& error) {
    start_scalar();
    stack().push_chars(part);
    return grown(part.size(), error);
  }
  bool on_string(View part, std::size_t, Error& error) {
    start_scalar();
    stack().push_string(part);
    scalar_started_ = false;
    return placed(part.size() + 16, error);
  }
  bool on_number_part(View, Error&) { return true; }
  bool on_int64(std::int64_t number, View, Error& error) {
    start_scalar();
    stack().push_int64(number);
    scalar_started_ = false;
    return placed(16, error);
  }
  bool on_uint64(std::uint64_t number, View, Error& error) {
    start_scalar();
    stack().push_uint64(number);
    scalar_started_ = false;
    return placed(16, error);
  }
  bool on_double(double number, View, Error& error) {
    start_scalar();
    stack().push_double(number);
    scalar_started_ = false;
    return placed(16, error);
  }
  bool on_bool(bool truth, Error& error) {
    start_scalar();
    stack().push_bool(truth);
    scalar_started_ = false;
    return placed(16, error);
  }
  bool on_null(Error& error) {
    start_scalar();
    stack().push_null();
    scalar_started_ = false;
    return placed(16, error);
  }
  bool on_comment_part(View, Error&) { return true; }
  bool on_comment(View, Error&) { return true; }

 private:
  // How many containers are open where an entry begins.
  std::size_t entries_depth() const { return top_is_array_ ? 1 : 2; }
  boost::json::value_stack& stack() { return in_entries_ ? entry_ : outer_; }

  std::string raw_of(const value& resource) const { return boost::json::serialize(resource); }

  void begin_entry() {
    entry_size_ = 0;
    entry_.reset();
    entry_.reset(memory_.fresh());
  }
  // A text or number that is itself an entry, in pieces.
  void start_scalar() {
    if (in_entries_ && depth_ == entries_depth() && !scalar_started_) begin_entry();
    scalar_started_ = in_entries_ && depth_ == entries_depth();
  }

  bool grown(std::size_t size, Error& error) {
    std::size_t& total = in_entries_ ? entry_size_ : outer_size_;
    total += size;
    if (total <= limits_.max_row_bytes) return true;
    record_too_long_ = true;
    error = boost::json::error::object_too_large;
    return false;
  }

  // A value is complete. Where it is an entry, it goes to the reader and is forgotten.
  bool placed(std::size_t size, Error& error) {
    if (!grown(size, error)) return false;
    if (!in_entries_ || depth_ != entries_depth()) return true;
    const value entry = entry_.release();
    const object* resource = entry.if_object();
    if (resource != nullptr && resource->if_contains("resource") != nullptr) {
      resource = object_in(*resource, "resource");
    }
    if (resource == nullptr) {
      reader_.broken(0, {"This entry holds no resource.", "", std::string(kTakeAgain)}, raw_of(entry));
    } else {
      reader_.resource(*resource, 0, text(*resource, "resourceType") == "Patient" ? std::string() : raw_of(entry));
    }
    return true;
  }

  PatientReader& reader_;
  const Limits& limits_;
  RecordMemory memory_;
  boost::json::value_stack outer_;
  boost::json::value_stack entry_;
  std::string key_;
  bool key_goes_on_ = false;
  bool scalar_started_ = false;
  std::size_t depth_ = 0;
  bool in_entries_ = false;
  bool had_entries_ = false;
  bool top_is_array_ = false;
  bool record_too_long_ = false;
  std::size_t outer_size_ = 0;
  std::size_t entry_size_ = 0;
};

constexpr std::size_t kChunk = std::size_t{64} << 10;

Problem too_long(const Limits& limits) {
  return {"This file is longer than " + std::to_string(limits.max_bytes) + " bytes.", "",
          "Take the extract in parts, or let the operator raise the limit."};
}

}  // namespace

ReadSummary read_pds_fhir(ByteSource& bytes, RowSink& sink, const Limits& limits) {
  Delivery delivery(sink, limits);
  PatientReader reader(delivery);
  boost::json::parse_options options;
  options.max_depth = limits.max_depth;
  boost::json::basic_parser<ResourceBuilder> parser(options, reader, limits);
  std::vector<char> chunk(kChunk);
  std::uint64_t total = 0;
  std::size_t line = 1;
  std::size_t in_line = 0;
  bool begun = false;  // A document is begun and not ended.
  const auto failed = [&](const boost::json::error_code& error) {
    const std::string where = "line " + std::to_string(line) + ", byte " + std::to_string(in_line + 1);
    if (parser.handler().record_too_long()) {
      return delivery.finish(
          total, Problem{"One record is longer than " + std::to_string(limits.max_row_bytes) + " bytes.", where,
                         "Take the extract again, one resource a patient."});
    }
    return delivery.finish(total, Problem{in_our_words(error) + ".", where, std::string(kTakeAgain)});
  };
  for (bool first = true;; first = false) {
    const std::size_t count = bytes.read(chunk);
    total += count;
    if (total > limits.max_bytes) return delivery.finish(limits.max_bytes, too_long(limits));
    std::string_view rest(chunk.data(), count);
    if (first) {
      if (const auto refused = refuse_binary(rest); !refused.ok())
        return delivery.finish(total, refused.problems().front());
      if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    }
    if (count == 0) break;
    while (!rest.empty()) {
      if (!begun) {
        if (rest.front() == '\n') {
          ++line;
          in_line = 0;
        } else {
          ++in_line;
        }
        if (std::string_view(" \t\r\n").find(rest.front()) != std::string_view::npos) {
          rest.remove_prefix(1);
          continue;
        }
        --in_line;
        parser.reset();
        begun = true;
      }
      boost::json::error_code error;
      const std::size_t used = parser.write_some(true, rest.data(), rest.size(), error);
      for (const char letter : rest.substr(0, used)) {
        in_line = letter == '\n' ? 0 : in_line + 1;
        line += letter == '\n' ? 1 : 0;
      }
      if (error) return failed(error);
      rest.remove_prefix(used);
      if (parser.done()) begun = false;
    }
  }
  if (begun) {
    boost::json::error_code error;
    parser.write_some(false, nullptr, 0, error);
    if (error) return failed(error);
  }
  return delivery.finish(total);
}

ReadSummary read_pds_fhir_ndjson(ByteSource& bytes, RowSink& sink, const Limits& limits) {
  Delivery delivery(sink, limits);
  PatientReader reader(delivery);
  boost::json::parse_options options;
  options.max_depth = limits.max_depth;
  RecordMemory memory;
  boost::json::parser parser({}, options);

  const auto one_line = [&](std::string_view record, std::size_t line) {
    parser.reset();  // Lets go of a line that broke.
    parser.reset(memory.fresh());
    boost::json::error_code error;
    parser.write(record.data(), record.size(), error);
    if (error) {
      reader.broken(line, {in_our_words(error) + ".", "line " + std::to_string(line), std::string(kTakeAgain)}, record);
      return;
    }
    const value document = parser.release();
    const object* const resource = document.if_object();
    if (resource == nullptr) {
      reader.broken(line, {"This line is not a JSON object.", "line " + std::to_string(line), std::string(kTakeAgain)},
                    record);
    } else if (text(*resource, "resourceType") == "Bundle") {
      each(*resource, "entry", [&](const object& entry) {
        const object* const inside = object_in(entry, "resource");
        if (inside != nullptr) {
          reader.resource(*inside, line, record);
        } else {
          reader.broken(
              line, {"This entry holds no resource.", "line " + std::to_string(line), std::string(kTakeAgain)}, record);
        }
      });
    } else {
      reader.resource(*resource, line, record);
    }
  };

  std::vector<char> buffer(std::max(limits.max_row_bytes, kChunk));
  std::size_t filled = 0;
  std::uint64_t total = 0;
  std::size_t line = 1;
  bool passing_over = false;  // The rest of a line that was too long.
  for (bool ended = false; !ended;) {
    const std::size_t count = bytes.read(std::span(buffer).subspan(filled));
    const bool first = total == 0;
    ended = count == 0;
    total += count;
    if (total > limits.max_bytes) return delivery.finish(limits.max_bytes, too_long(limits));
    filled += count;
    std::string_view rest(buffer.data(), filled);
    if (first) {
      if (const auto refused = refuse_binary(rest); !refused.ok())
        return delivery.finish(total, refused.problems().front());
      if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    }
    while (!rest.empty()) {
      const std::size_t at = rest.find('\n');
      if (at == std::string_view::npos && !ended) break;
      const std::string_view record = trimmed(rest.substr(0, at));
      if (!record.empty() && !passing_over) one_line(record, line);
      passing_over = false;
      ++line;
      rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    }
    if (rest.size() == buffer.size()) {
      if (!passing_over) {
        reader.broken(line,
                      {"This line is longer than " + std::to_string(limits.max_row_bytes) + " bytes.",
                       "line " + std::to_string(line), "Put one patient on each line."},
                      rest);
      }
      passing_over = true;
      rest = {};
    }
    std::copy(rest.begin(), rest.end(), buffer.begin());
    filled = rest.size();
  }
  return delivery.finish(total);
}

}  // namespace guildhall::extracts
