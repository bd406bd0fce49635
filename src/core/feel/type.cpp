#include "feel/type.h"

#include <algorithm>

#include "base/text.h"
#include "feel/evaluation.h"

namespace guildhall::feel {

namespace {

constexpr int kDeepest = 1'000;
// See value.cpp: values that hold others many times over.
constexpr std::uint64_t kMostWork = 16'000'000;
constexpr std::uint32_t kMostTypes = 20'000;

const Type kAny;

// As grammar rule 52 writes them.
std::string_view name_of(Type::Base base) {
  switch (base) {
    case Type::Base::Any:
      return "Any";
    case Type::Base::Null:
      return "Null";
    case Type::Base::Boolean:
      return "boolean";
    case Type::Base::Number:
      return "number";
    case Type::Base::String:
      return "string";
    case Type::Base::Date:
      return "date";
    case Type::Base::Time:
      return "time";
    case Type::Base::DateTime:
      return "date and time";
    case Type::Base::DaysDuration:
      return "days and time duration";
    case Type::Base::MonthsDuration:
      return "years and months duration";
    case Type::Base::List:
      return "list";
    case Type::Base::Context:
      return "context";
    case Type::Base::Range:
      return "range";
    case Type::Base::Function:
      return "function";
  }
  return "";
}

// Of = 10 and != 10 both ends are the same value.
bool one_end(const RangeEnds& range) {
  return range.form != RangeEnds::Form::Interval;
}

class Conformance {
 public:
  std::uint64_t work() const { return work_; }

  bool operator()(const Value& value, const Type& type, int depth = 0) {
    if (++work_ > kMostWork || depth > kDeepest) return false;
    if (value.null() || type.any()) return true;
    if (base_of(value.kind()) != type.base()) return false;
    switch (type.base()) {
      case Type::Base::List:
        return type.item().any() || std::all_of(value.list().begin(), value.list().end(), [&](const Value& item) {
                 return (*this)(item, type.item(), depth + 1);
               });
      case Type::Base::Context:
        work_ += value.context().size();
        return std::all_of(type.members().begin(), type.members().end(), [&](const Type::Member& member) {
          const Value* entry = value.entry(member.first);
          return entry != nullptr && (*this)(*entry, member.second, depth + 1);
        });
      case Type::Base::Range:
        return (*this)(value.range().start, type.item(), depth + 1) &&
               (one_end(value.range()) || (*this)(value.range().end, type.item(), depth + 1));
      case Type::Base::Function:
        return function(value.function(), type);
      case Type::Base::Any:
      case Type::Base::Null:
      case Type::Base::Boolean:
      case Type::Base::Number:
      case Type::Base::String:
      case Type::Base::Date:
      case Type::Base::Time:
      case Type::Base::DateTime:
      case Type::Base::DaysDuration:
      case Type::Base::MonthsDuration:
        return true;
    }
    return false;
  }

 private:
  // What a function gives isn't known before it is called; its parameters are.
  static bool function(const Function& function, const Type& type) {
    if (!type.has_signature()) return true;
    const auto takes = function.parameters();
    const auto expected = type.parameters();
    return std::equal(takes.begin(), takes.end(), expected.begin(), expected.end(),
                      [](const Parameter& taken, const Type& given) { return given.conforms_to(taken.type); });
  }

  std::uint64_t work_ = 0;
};

// The types of values, looking at a limited number of them.
class Inference {
 public:
  Type operator()(const Value& value, int depth = 0) {
    if (++work_ > kMostWork || depth > kDeepest) return {};
    switch (value.kind()) {
      case Kind::List: {
        Type item = Type::Base::Null;
        for (const Value& each : value.list()) {
          item = join(std::move(item), (*this)(each, depth + 1));
          if (item.any()) break;
        }
        return Type::list_of(std::move(item));
      }
      case Kind::Context: {
        std::vector<Type::Member> members;
        for (const Entry& entry : value.context()) {
          members.emplace_back(entry.key, (*this)(entry.value, depth + 1));
        }
        return Type::context_of(std::move(members));
      }
      case Kind::Range:
        if (one_end(value.range())) return Type::range_of((*this)(value.range().start, depth + 1));
        return Type::range_of(join((*this)(value.range().start, depth + 1), (*this)(value.range().end, depth + 1)));
      case Kind::Function: {
        std::vector<Type> parameters;
        for (const Parameter& parameter : value.function().parameters()) parameters.push_back(parameter.type);
        return Type::function_of(std::move(parameters), {});
      }
      case Kind::Null:
      case Kind::Boolean:
      case Kind::Number:
      case Kind::String:
      case Kind::Date:
      case Kind::Time:
      case Kind::DateTime:
      case Kind::DaysDuration:
      case Kind::MonthsDuration:
        return base_of(value.kind());
    }
    return {};
  }

 private:
  // The type of two values in one list: Null is below all; others meet only where they are equivalent, else in Any.
  static Type join(Type left, Type right) {
    if (left.base() == Type::Base::Null) return right;
    if (right.base() == Type::Base::Null || left.equivalent_to(right)) return left;
    return {};
  }

  std::uint64_t work_ = 0;
};

}  // namespace

struct Type::Parts {
  std::vector<Type> types;  // A list's item; a range's ends; a function's parameters, then its result. May be unknown.
  std::vector<Member> members;
  std::string name;
  std::vector<std::shared_ptr<const Expression>> allowed;
};

Type Type::list_of(Type item) {
  return Type(Base::List, std::make_shared<const Parts>(Parts{{std::move(item)}, {}, {}, {}}));
}

Type Type::range_of(Type end) {
  return Type(Base::Range, std::make_shared<const Parts>(Parts{{std::move(end)}, {}, {}, {}}));
}

Type Type::context_of(std::vector<Member> members) {
  return Type(Base::Context, std::make_shared<const Parts>(Parts{{}, std::move(members), {}, {}}));
}

Type Type::function_of(std::vector<Type> parameters, Type result) {
  parameters.push_back(std::move(result));
  return Type(Base::Function, std::make_shared<const Parts>(Parts{std::move(parameters), {}, {}, {}}));
}

std::optional<Type> Type::named(std::string_view name) {
  const std::string plain = squeezed(name);
  for (const Base base : {Base::Any, Base::Null, Base::Boolean, Base::Number, Base::String, Base::Date, Base::Time,
                          Base::DateTime, Base::DaysDuration, Base::MonthsDuration}) {
    if (plain == name_of(base)) return base;
  }
  // The names of 7.3.2.1, which the metamodel's typeRef uses.
  if (plain == "dateTime") return Base::DateTime;
  if (plain == "dayTimeDuration") return Base::DaysDuration;
  if (plain == "yearMonthDuration") return Base::MonthsDuration;
  return {};
}

const Type& Type::item() const {
  return parts_ && !parts_->types.empty() ? parts_->types.front() : kAny;
}

std::span<const Type::Member> Type::members() const {
  return parts_ ? std::span<const Member>(parts_->members) : std::span<const Member>();
}

const Type* Type::member(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

bool Type::has_signature() const {
  return base_ == Base::Function && parts_ && !parts_->types.empty();
}

std::span<const Type> Type::parameters() const {
  return has_signature() ? std::span<const Type>(parts_->types).first(parts_->types.size() - 1)
                         : std::span<const Type>();
}

const Type& Type::result() const {
  return has_signature() ? parts_->types.back() : kAny;
}

Type Type::with_name(std::string name) const {
  Parts parts = parts_ ? *parts_ : Parts{};
  parts.name = std::move(name);
  return Type(base_, std::make_shared<const Parts>(std::move(parts)));
}

Type Type::with_allowed(std::shared_ptr<const Expression> allowed) const {
  Parts parts = parts_ ? *parts_ : Parts{};
  parts.allowed.push_back(std::move(allowed));
  return Type(base_, std::make_shared<const Parts>(std::move(parts)));
}

const std::string& Type::name() const {
  static const std::string none;
  return parts_ ? parts_->name : none;
}

const std::vector<std::shared_ptr<const Expression>>& Type::allowed() const {
  static const std::vector<std::shared_ptr<const Expression>> none;
  return parts_ ? parts_->allowed : none;
}

// Writes types up to a number of bytes: a type may hold another many times over.
class Type::Writer {
 public:
  std::string take() && { return std::move(text_); }

  void write(const Type& type) {
    if (!type.name().empty()) return add(type.name());
    add(name_of(type.base_));
    if (type.base_ == Base::List || type.base_ == Base::Range) {
      add("<");
      write(type.item());
      add(">");
    } else if (type.base_ == Base::Context) {
      add("<");
      for (const Member& member : type.members()) {
        if (cut_) return;
        if (&member != type.members().data()) add(", ");
        add(member.first);
        add(": ");
        write(member.second);
      }
      add(">");
    } else if (type.has_signature()) {
      add("<");
      for (const Type& parameter : type.parameters()) {
        if (cut_) return;
        if (&parameter != type.parameters().data()) add(", ");
        write(parameter);
      }
      add(">->");
      write(type.result());
    }
  }

 private:
  void add(std::string_view piece) {
    if (cut_) return;
    cut_ = text_.size() > kLongest;
    text_ += cut_ ? "…" : piece;
  }

  static constexpr std::size_t kLongest = 500;
  std::string text_;
  bool cut_ = false;
};

std::string Type::text() const {
  Writer writer;
  writer.write(*this);
  return std::move(writer).take();
}

bool Type::conforms_to(const Type& other, std::uint32_t& work) const {
  // "For every type T, Null <: T <: Any."
  if (other.any() || base_ == Base::Null) return true;
  if (base_ != other.base_) return false;
  // "Conformance includes equivalence."
  if (parts_ == other.parts_) return true;
  if (++work > kMostTypes) return false;
  switch (base_) {
    case Base::List:
    case Base::Range:
      return item().conforms_to(other.item(), work);
    case Base::Context:
      return std::all_of(other.members().begin(), other.members().end(), [&](const Member& expected) {
        const Type* mine = member(expected.first);
        return mine != nullptr && mine->conforms_to(expected.second, work);
      });
    case Base::Function: {
      if (!other.has_signature()) return true;
      if (!has_signature()) return false;
      const auto mine = parameters();
      const auto theirs = other.parameters();
      return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                        [&](const Type& taken, const Type& given) { return given.conforms_to(taken, work); }) &&
             result().conforms_to(other.result(), work);
    }
    case Base::Any:
    case Base::Null:
    case Base::Boolean:
    case Base::Number:
    case Base::String:
    case Base::Date:
    case Base::Time:
    case Base::DateTime:
    case Base::DaysDuration:
    case Base::MonthsDuration:
      return true;
  }
  return false;
}

bool Type::conforms_to(const Type& other) const {
  std::uint32_t work = 0;
  return conforms_to(other, work);
}

// In the lattice, two types that conform to each other are equivalent: contexts have the same members then, and
// functions the same parameters.
bool Type::equivalent_to(const Type& other) const {
  return conforms_to(other) && other.conforms_to(*this);
}

bool conforms(const Value& value, const Type& type, std::uint64_t* work) {
  Conformance conformance;
  const bool result = conformance(value, type);
  if (work != nullptr) *work += conformance.work();
  return result;
}

Type type_of(const Value& value) {
  return Inference()(value);
}

}  // namespace guildhall::feel
