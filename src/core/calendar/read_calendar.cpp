#include "calendar/read_calendar.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "feel/json.h"

namespace guildhall::calendar {
namespace {

using namespace std::chrono;
using feel::Entry;
using feel::Kind;
using feel::Memory;
using feel::Type;
using feel::Value;

const Type& type_of_calendar() {
  static const Type type = [] {
    const Type text = Type::Base::String;
    const Type date = Type::Base::Date;
    const Type hours = Type::list_of(text);
    std::vector<Type::Member> week;
    for (const std::string_view day : kWeekdays) week.emplace_back(day, hours);
    return Type::context_of(
        {{"bank_holidays", text},
         {"working_hours", Type::context_of(std::move(week))},
         {"closed", Type::list_of(Type::context_of({{"from", date}, {"to", date}, {"why", text}}))},
         {"open", Type::list_of(Type::context_of({{"date", date}, {"hours", hours}, {"why", text}}))}});
  }();
  return type;
}

// "09:00"
std::optional<minutes> read_time(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = parse_integer(text.substr(0, 2));
  const auto minute = parse_integer(text.substr(3));
  if (!hour || !minute || *hour < 0 || *minute < 0 || *minute > 59) return std::nullopt;
  return hours{*hour} + minutes{*minute};
}

std::string text_of(minutes time) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(time / 1h), static_cast<int>(time % 1h / 1min));
  return text;
}

class Reader {
 public:
  // `document` conforms to type_of_calendar(), with nulls for what isn't there.
  CalendarDefinition definition(const Value& document) {
    tell_unknown(document, type_of_calendar(), "");
    CalendarDefinition definition;
    definition.bank_holidays = nation(*document.entry("bank_holidays"));
    const Value& week = *document.entry("working_hours");
    if (week.null()) {
      problem("The working hours are missing.", "working_hours", "Write for each weekday that is worked its hours.");
    } else {
      tell_unknown(week, *type_of_calendar().member("working_hours"), "working_hours.");
      for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
        definition.week[i] = hours(*week.entry(kWeekdays[i]), "working_hours." + std::string(kWeekdays[i]));
      }
    }
    for_each(document, "closed", [&](const Value& entry, const std::string& where) {
      const auto from = date(*entry.entry("from"), where + ".from");
      const auto to = entry.entry("to")->null() ? from : date(*entry.entry("to"), where + ".to");
      if (from && to) definition.closed.push_back({*from, *to, why(entry)});
    });
    for_each(document, "open", [&](const Value& entry, const std::string& where) {
      const auto on = date(*entry.entry("date"), where + ".date");
      const auto at = hours(*entry.entry("hours"), where + ".hours");
      if (on) definition.open.push_back({*on, at, why(entry)});
    });
    return definition;
  }

  Problems problems;

 private:
  void problem(std::string what, std::string where, std::string remedy) {
    problems.push_back({std::move(what), std::move(where), std::move(remedy)});
  }

  void tell_unknown(const Value& context, const Type& type, const std::string& before) {
    for (const Entry& entry : context.context()) {
      if (type.member(entry.key) != nullptr) continue;
      std::string names;
      for (const auto& [name, of] : type.members()) names += (names.empty() ? "" : ", ") + name;
      problem("Nothing of this name belongs here.", before + std::string(entry.key), "The names are: " + names + ".");
    }
  }

  // The entries of a list of the document, which may be missing.
  template <class Use>
  void for_each(const Value& document, const std::string& name, const Use& use) {
    const Value& list = *document.entry(name);
    if (list.null()) return;
    for (std::size_t i = 0; i < list.list().size(); ++i) {
      const Value& entry = list.list()[i];
      const std::string where = name + "[" + std::to_string(i + 1) + "]";
      if (entry.null()) {
        problem("This should be an object, not null.", where, "Write names and values in curly brackets.");
        continue;
      }
      tell_unknown(entry, type_of_calendar().member(name)->item(), where + ".");
      use(entry, where);
    }
  }

  std::optional<Nation> nation(const Value& name) {
    for (const Nation each : kNations) {
      if (name.is(Kind::String) && name.string() == to_text(each)) return each;
    }
    if (!name.is(Kind::String) || name.string() != "none") {
      problem(name.null() ? "Whose bank holidays are kept is missing." : "There are no bank holidays of this name.",
              "bank_holidays", "Write \"England and Wales\", \"Scotland\", \"Northern Ireland\" or \"none\".");
    }
    return std::nullopt;
  }

  std::optional<Date> date(const Value& value, const std::string& where) {
    if (value.null()) {
      problem("This date is missing.", where, "Write year, month and day: \"2026-05-31\".");
      return std::nullopt;
    }
    const feel::Date read = value.date();
    auto date = Date::from(read.year, read.month, read.day);
    if (date.ok()) return *date;
    problem("This is not within the years 2000 to 2100.", where, "Check the year.");
    return std::nullopt;
  }

  std::vector<WorkingHours> hours(const Value& list, const std::string& where) {
    std::vector<WorkingHours> all;
    if (list.null()) return all;
    for (std::size_t i = 0; i < list.list().size(); ++i) {
      const Value& each = list.list()[i];
      const std::string_view text = each.null() ? "" : each.string();
      const auto from = read_time(text.substr(0, std::min<std::size_t>(text.size(), 5)));
      const auto until = text.size() == 11 && text[5] == '-' ? read_time(text.substr(6)) : std::nullopt;
      if (from && until) {
        all.push_back({*from, *until});
      } else {
        problem("These are not hours of a day.", where + "[" + std::to_string(i + 1) + "]",
                "Write them with four digits each: \"09:00-17:00\".");
      }
    }
    return all;
  }

  static std::string why(const Value& entry) {
    const Value& why = *entry.entry("why");
    return why.null() ? "" : std::string(why.string());
  }
};

class Writer {
 public:
  explicit Writer(Memory& memory) : memory_(memory) {}

  Value document(const CalendarDefinition& definition) {
    std::vector<Entry> week;
    for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
      if (!definition.week[i].empty()) week.push_back({kWeekdays[i], hours(definition.week[i])});
    }
    std::vector<Value> closed;
    for (const ClosedDays& each : definition.closed) {
      std::vector<Entry> entry{{"from", date(each.from)}};
      if (each.to != each.from) entry.push_back({"to", date(each.to)});
      closed.push_back(with_why(std::move(entry), each.why));
    }
    std::vector<Value> open;
    for (const OpenDay& each : definition.open) {
      open.push_back(with_why({{"date", date(each.date)}, {"hours", hours(each.hours)}}, each.why));
    }
    const std::string_view nation = definition.bank_holidays ? to_text(*definition.bank_holidays) : "none";
    std::vector<Entry> document{{"bank_holidays", Value::string(nation)},
                                {"working_hours", Value::context(memory_, week)}};
    if (!closed.empty()) document.push_back({"closed", Value::list(memory_, closed)});
    if (!open.empty()) document.push_back({"open", Value::list(memory_, open)});
    return Value::context(memory_, document);
  }

 private:
  using Hours = std::vector<WorkingHours>;

  Value date(Date date) { return Value::string(memory_, date.iso()); }
  Value hours(const Hours& hours) {
    std::vector<Value> texts;
    for (const WorkingHours& each : hours) {
      texts.push_back(Value::string(memory_, text_of(each.from) + "-" + text_of(each.until)));
    }
    return Value::list(memory_, texts);
  }
  Value with_why(std::vector<Entry> entry, const std::string& why) {
    if (!why.empty()) entry.push_back({"why", Value::string(why)});
    return Value::context(memory_, entry);
  }

  Memory& memory_;
};

}  // namespace

Result<Calendar> read_calendar(std::string_view json) {
  Memory memory;
  const Value document = TRY(feel::from_json(json, type_of_calendar(), memory));
  if (document.null()) {
    return Problem{"This should be an object, not null.", "", "Write names and values in curly brackets."};
  }
  Reader reader;
  CalendarDefinition definition = reader.definition(document);
  if (!reader.problems.empty()) return std::move(reader.problems);
  return Calendar::make(std::move(definition));
}

std::string to_json(const Calendar& calendar) {
  Memory memory;
  return feel::to_json(Writer(memory).document(calendar.definition())).value();
}

}  // namespace guildhall::calendar
