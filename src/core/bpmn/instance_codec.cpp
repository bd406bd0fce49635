// One description of each structure, `transfer`, serves both directions: what is written is what is read.

#include "bpmn/instance_codec.h"

#include <array>
#include <cstring>

namespace guildhall::bpmn {
namespace {

using feel::Kind;
using feel::Value;

constexpr std::uint64_t kForm = 1;
constexpr int kMaxDepth = 1'000;  // Of values within values.

struct Damaged {};

class Encoder {
 public:
  template <class T>
  using Part = const T;
  static constexpr bool kReads = false;

  std::string take() { return std::move(out_); }

  void operator()(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) out_.push_back(static_cast<char>(number | 0x80));
    out_.push_back(static_cast<char>(number));
  }
  void operator()(std::uint32_t number) { (*this)(std::uint64_t{number}); }
  void operator()(std::int32_t number) { (*this)(std::int64_t{number}); }
  void operator()(std::int64_t number) {
    (*this)((static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63));
  }
  void operator()(bool truth) { out_.push_back(truth ? 1 : 0); }
  void operator()(std::string_view text) {
    (*this)(std::uint64_t{text.size()});
    out_.append(text);
  }
  void raw(const void* bytes, std::size_t size) { out_.append(static_cast<const char*>(bytes), size); }

 private:
  std::string out_;
};

class Decoder {
 public:
  template <class T>
  using Part = T;
  static constexpr bool kReads = true;

  explicit Decoder(std::string_view bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }

  void operator()(std::uint64_t& number) {
    number = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(piece(1)[0]);
      number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return;
    }
    throw Damaged();
  }
  void operator()(std::uint32_t& number) {
    std::uint64_t wide = 0;
    (*this)(wide);
    number = static_cast<std::uint32_t>(wide);
    if (number != wide) throw Damaged();
  }
  void operator()(std::int64_t& number) {
    std::uint64_t folded = 0;
    (*this)(folded);
    number = static_cast<std::int64_t>(folded >> 1) ^ -static_cast<std::int64_t>(folded & 1);
  }
  void operator()(std::int32_t& number) {
    std::int64_t wide = 0;
    (*this)(wide);
    number = static_cast<std::int32_t>(wide);
    if (number != wide) throw Damaged();
  }
  void operator()(bool& truth) {
    const char byte = piece(1)[0];
    if (byte != 0 && byte != 1) throw Damaged();
    truth = byte == 1;
  }
  void operator()(std::string& text) { text = view(); }
  std::string_view view() {
    std::uint64_t size = 0;
    (*this)(size);
    if (size > rest_.size()) throw Damaged();
    return piece(static_cast<std::size_t>(size));
  }
  void raw(void* bytes, std::size_t size) { std::memcpy(bytes, piece(size).data(), size); }
  // Every item takes a byte at least: a damaged count allocates nothing.
  std::size_t count() {
    std::uint64_t number = 0;
    (*this)(number);
    if (number > rest_.size()) throw Damaged();
    return static_cast<std::size_t>(number);
  }

 private:
  std::string_view piece(std::size_t size) {
    if (size > rest_.size()) throw Damaged();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

// ---- What has a rule of its own

template <class E>
requires std::is_enum_v<E>
void transfer_enum(Encoder& archive, E each, E) {
  archive(static_cast<std::uint32_t>(each));
}
template <class E>
requires std::is_enum_v<E>
void transfer_enum(Decoder& archive, E& each, E last) {
  std::uint32_t number = 0;
  archive(number);
  if (number > static_cast<std::uint32_t>(last)) throw Damaged();
  each = static_cast<E>(number);
}

void transfer(Encoder& archive, Instant instant) {
  archive(to_microseconds(instant));
}
void transfer(Decoder& archive, Instant& instant) {
  std::int64_t microseconds = 0;
  archive(microseconds);
  instant = from_microseconds(microseconds);
}

void transfer(Encoder& archive, const std::optional<Instant>& instant) {
  archive(instant.has_value());
  if (instant) transfer(archive, *instant);
}
void transfer(Decoder& archive, std::optional<Instant>& instant) {
  bool present = false;
  archive(present);
  if (present) transfer(archive, instant.emplace());
}

template <class T>
void transfer_list(Encoder& archive, const std::vector<T>& list) {
  archive(std::uint64_t{list.size()});
  for (const T& each : list) transfer(archive, each);
}
template <class T>
void transfer_list(Decoder& archive, std::vector<T>& list) {
  for (std::size_t left = archive.count(); left > 0; --left) transfer(archive, list.emplace_back());
}

template <class K, class T>
void transfer_map(Encoder& archive, const std::map<K, T>& map) {
  archive(std::uint64_t{map.size()});
  for (const auto& [key, each] : map) {
    archive(key);
    transfer(archive, each);
  }
}
template <class K, class T>
void transfer_map(Decoder& archive, std::map<K, T>& map) {
  for (std::size_t left = archive.count(); left > 0; --left) {
    K key{};
    archive(key);
    transfer(archive, map[key]);
  }
}

void transfer(Encoder& archive, std::uint32_t number) {
  archive(number);
}
void transfer(Decoder& archive, std::uint32_t& number) {
  archive(number);
}

void transfer(Encoder& archive, const std::vector<std::uint32_t>& numbers) {
  transfer_list(archive, numbers);
}
void transfer(Decoder& archive, std::vector<std::uint32_t>& numbers) {
  transfer_list(archive, numbers);
}

void transfer(Encoder& archive, const std::pair<std::string, std::string>& pair) {
  archive(pair.first);
  archive(pair.second);
}
void transfer(Decoder& archive, std::pair<std::string, std::string>& pair) {
  archive(pair.first);
  archive(pair.second);
}

void transfer(Encoder& archive, const std::vector<bool>& bits) {
  archive(std::uint64_t{bits.size()});
  for (const bool bit : bits) archive(bit);
}
void transfer(Decoder& archive, std::vector<bool>& bits) {
  for (std::size_t left = archive.count(); left > 0; --left) {
    bool bit = false;
    archive(bit);
    bits.push_back(bit);
  }
}

// ---- Values

void write_zone(Encoder& archive, const feel::Zone& zone) {
  archive(zone.text());
}
feel::Zone read_zone(Decoder& archive) {
  const std::string_view text = archive.view();
  if (text.empty()) return {};
  // Read as the zone of some time.
  const auto time = feel::Time::parse("00:00:00" + std::string(text));
  if (!time) throw Damaged();
  return time->zone;
}

void write_value(Encoder& archive, const Value& value, int depth = 0) {
  check(depth < kMaxDepth, "a value nested too deeply to be stored");
  archive(static_cast<std::uint32_t>(value.kind()));
  switch (value.kind()) {
    case Kind::Null:
    case Kind::Function:
      return;
    case Kind::Boolean:
      return archive(value.boolean());
    case Kind::Number: {
      const feel::Decimal number = value.number();
      return archive.raw(&number, sizeof number);
    }
    case Kind::String:
      return archive(value.string());
    case Kind::Date:
      return archive(value.date().days());
    case Kind::Time:
      archive(value.time().nanos);
      return write_zone(archive, value.time().zone);
    case Kind::DateTime: {
      const feel::DateTime moment = value.date_time();
      archive(moment.date.days());
      archive(moment.time.nanos);
      return write_zone(archive, moment.time.zone);
    }
    case Kind::DaysDuration:
      archive(value.days_duration().seconds);
      return archive(value.days_duration().nanos);
    case Kind::MonthsDuration:
      return archive(value.months_duration().months);
    case Kind::List:
      archive(std::uint64_t{value.list().size()});
      for (const Value& item : value.list()) write_value(archive, item, depth + 1);
      return;
    case Kind::Context:
      archive(std::uint64_t{value.context().size()});
      for (const feel::Entry& entry : value.context()) {
        archive(entry.key);
        write_value(archive, entry.value, depth + 1);
      }
      return;
    case Kind::Range: {
      const feel::RangeEnds& ends = value.range();
      write_value(archive, ends.start, depth + 1);
      write_value(archive, ends.end, depth + 1);
      archive(ends.start_included);
      archive(ends.end_included);
      return archive(static_cast<std::uint32_t>(ends.form));
    }
  }
}

template <class T>
T read_number(Decoder& archive) {
  T number{};
  archive(number);
  return number;
}

feel::Date read_date(Decoder& archive) {
  const auto date = feel::Date::from_days(read_number<std::int64_t>(archive));
  if (!date) throw Damaged();
  return *date;
}

feel::Time read_time(Decoder& archive) {
  const auto nanos = read_number<std::int64_t>(archive);
  if (nanos < 0 || nanos >= feel::kSecondsPerDay * feel::kNanosPerSecond) throw Damaged();
  return {nanos, read_zone(archive)};
}

Value read_value(Decoder& archive, feel::Memory& memory, int depth = 0) {
  if (depth >= kMaxDepth) throw Damaged();
  Kind kind = Kind::Null;
  transfer_enum(archive, kind, Kind::Function);
  switch (kind) {
    case Kind::Null:
    case Kind::Function:
      return {};
    case Kind::Boolean:
      return Value::boolean(read_number<bool>(archive));
    case Kind::Number: {
      feel::Decimal number;
      archive.raw(&number, sizeof number);
      if (!number.finite()) throw Damaged();
      return Value::number(number);
    }
    case Kind::String:
      return Value::string(memory, archive.view());
    case Kind::Date:
      return Value::date(read_date(archive));
    case Kind::Time:
      return Value::time(read_time(archive));
    case Kind::DateTime: {
      const feel::Date date = read_date(archive);
      return Value::date_time({date, read_time(archive)});
    }
    case Kind::DaysDuration: {
      const auto seconds = read_number<std::int64_t>(archive);
      return Value::duration(feel::DaysDuration{seconds, read_number<std::int64_t>(archive)});
    }
    case Kind::MonthsDuration:
      return Value::duration(feel::MonthsDuration{read_number<std::int64_t>(archive)});
    case Kind::List: {
      std::vector<Value> items;
      for (std::size_t left = archive.count(); left > 0; --left)
        items.push_back(read_value(archive, memory, depth + 1));
      return Value::list(memory, items);
    }
    case Kind::Context: {
      std::vector<feel::Entry> entries;
      for (std::size_t left = archive.count(); left > 0; --left) {
        const std::string_view key = memory.copy(archive.view());
        entries.push_back({key, read_value(archive, memory, depth + 1)});
      }
      return Value::context(memory, entries);
    }
    case Kind::Range: {
      feel::RangeEnds ends;
      ends.start = read_value(archive, memory, depth + 1);
      ends.end = read_value(archive, memory, depth + 1);
      archive(ends.start_included);
      archive(ends.end_included);
      transfer_enum(archive, ends.form, feel::RangeEnds::Form::NotEqual);
      return Value::range(memory.make<feel::RangeEnds>(ends));
    }
  }
  throw Damaged();
}

void transfer(Encoder& archive, const Data& data) {
  write_value(archive, data.value());
}
void transfer(Decoder& archive, Data& data) {
  feel::Memory memory;
  data = Data::of(read_value(archive, memory));
}

void transfer(Encoder& archive, const Variables& variables) {
  archive(std::uint64_t{variables.size()});
  for (const auto& [name, data] : variables) {
    archive(name);
    transfer(archive, data);
  }
}
void transfer(Decoder& archive, Variables& variables) {
  for (std::size_t left = archive.count(); left > 0; --left) {
    auto& [name, data] = variables.emplace_back();
    archive(name);
    transfer(archive, data);
  }
}

// ---- Instances

template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<Wait>& wait) {
  archive(wait.event);
  archive(wait.trigger);
  transfer(archive, wait.due);
  archive(wait.times_left);
  archive(wait.every);
  archive(wait.months);
  if (wait.months != 0) transfer(archive, wait.since);
  archive(wait.was_true);
  archive(wait.seen);
  archive(wait.correlation);
}

template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<CompletedActivity>& activity) {
  archive(activity.node);
  archive(activity.handler);
  transfer(archive, activity.variables);
  transfer_list(archive, activity.inner);
}

// Most node instances are no loops and undo nothing.
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<NodeInstance>& node) {
  archive(node.id);
  archive(node.node);
  archive(node.scope);
  archive(node.inner_scope);
  transfer_enum(archive, node.state, NodeInstance::State::Compensating);
  archive(node.scope_events);
  transfer_list(archive, node.waits);
  bool more = false;
  if constexpr (!Archive::kReads) {
    more = node.loop_of != 0 || node.is_loop || !node.iterations.empty() || !node.to_undo.empty() ||
           node.compensates != 0 || node.leaves_by != kNone || node.ends;
  }
  archive(more);
  if (!more) return;
  archive(node.loop_of);
  archive(node.loop_counter);
  archive(node.is_loop);
  archive(node.planned);
  archive(node.started);
  archive(node.completed);
  archive(node.terminated);
  transfer_list(archive, node.items);
  transfer_map(archive, node.outputs);
  transfer_list(archive, node.iterations);
  transfer_list(archive, node.to_undo);
  archive(node.compensates);
  archive(node.leaves_by);
  archive(node.ends);
}

template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<ScopeInstance>& scope) {
  archive(scope.id);
  archive(scope.scope);
  archive(scope.parent);
  archive(scope.owner);
  transfer(archive, scope.variables);
  transfer_map(archive, scope.arrived);
  transfer_map(archive, scope.fired);
  transfer_list(archive, scope.completed);
  transfer(archive, scope.still_to_start);
  archive(scope.interrupted);
}

template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<ProcessInstance>& instance) {
  transfer_enum(archive, instance.state, ProcessInstance::State::Failed);
  archive(instance.last_id);
  transfer_list(archive, instance.nodes);
  transfer_list(archive, instance.scopes);
  archive(instance.error);
  archive(instance.uncaught_error);
  transfer_list(archive, instance.keys);
}

// ---- Events, in the order of the variant: new kinds go to its end

template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<Start>& event) {
  transfer(archive, event.variables);
  archive(event.start_event);
}
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<Completed>& event) {
  archive(event.instance);
  transfer(archive, event.variables);
}
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<TimerDue>& event) {
  archive(event.instance);
  std::uint64_t wait = event.wait;
  archive(wait);
  if constexpr (Archive::kReads) event.wait = static_cast<std::size_t>(wait);
}
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<MessageArrived>& event) {
  archive(event.name);
  transfer(archive, event.variables);
  archive(event.correlation);
}
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<SignalArrived>& event) {
  archive(event.name);
}
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<ErrorThrown>& event) {
  archive(event.instance);
  archive(event.code);
}
template <class Archive>
void transfer(Archive& archive, typename Archive::template Part<EscalationThrown>& event) {
  archive(event.instance);
  archive(event.code);
}
template <class Archive>
void transfer(Archive&, typename Archive::template Part<Stopped>&) {}

template <std::size_t kind = 0>
Event read_event(Decoder& archive, std::size_t wanted) {
  if constexpr (kind < std::variant_size_v<Event>) {
    if (kind != wanted) return read_event<kind + 1>(archive, wanted);
    std::variant_alternative_t<kind, Event> event;
    transfer<Decoder>(archive, event);
    return event;
  }
  throw Damaged();
}

// ---- What is whole, with its form in front

template <class Content>
std::string written(Content&& content) {
  Encoder archive;
  archive(kForm);
  content(archive);
  return archive.take();
}

template <class Content>
auto read(std::string_view bytes, Content&& content) -> Result<std::invoke_result_t<Content&, Decoder&>> {
  try {
    Decoder archive(bytes);
    if (read_number<std::uint64_t>(archive) != kForm) throw Damaged();
    auto whole = content(archive);
    if (!archive.done()) throw Damaged();
    return whole;
  } catch (const Damaged&) {
    return Problem{"What was stored of this process can't be read.", "",
                   "It was damaged, or written by a newer Guildhall: bring it back from a backup."};
  }
}

// Everything points to nodes and scopes that are there.
void require_known(const Wait& wait, const Process& process) {
  if (wait.event >= process.nodes.size()) throw Damaged();
  if (wait.trigger != kNone && wait.trigger >= process.nodes[wait.event].triggers.size()) throw Damaged();
}

void require_known(const ProcessInstance& instance, const Process& process) {
  const auto known = [](Index index, std::size_t count) {
    if (index != kNone && index >= count) throw Damaged();
  };
  for (const NodeInstance& node : instance.nodes) {
    if (node.node >= process.nodes.size()) throw Damaged();
    known(node.leaves_by, process.nodes.size());
    for (const Wait& wait : node.waits) require_known(wait, process);
  }
  for (const ScopeInstance& scope : instance.scopes) {
    if (scope.scope >= process.scopes.size()) throw Damaged();
    for (const auto& [node, arrived] : scope.arrived) known(node, process.nodes.size());
    for (const auto& [node, fired] : scope.fired) known(node, process.nodes.size());
    for (const Index node : scope.still_to_start) known(node, process.nodes.size());
  }
}

}  // namespace

std::string encode(const ProcessInstance& instance) {
  return written([&](Encoder& archive) { transfer<Encoder>(archive, instance); });
}

std::string encode(const Event& event) {
  return written([&](Encoder& archive) {
    archive(std::uint64_t{event.index()});
    std::visit([&](const auto& each) { transfer<Encoder>(archive, each); }, event);
  });
}

std::string encode(const Variables& variables) {
  return written([&](Encoder& archive) { transfer(archive, variables); });
}

std::string encode(const Wait& wait) {
  return written([&](Encoder& archive) { transfer<Encoder>(archive, wait); });
}

Result<ProcessInstance> decode_instance(std::string_view bytes, const Process& process) {
  return read(bytes, [&](Decoder& archive) {
    ProcessInstance instance;
    transfer<Decoder>(archive, instance);
    require_known(instance, process);
    return instance;
  });
}

Result<Event> decode_event(std::string_view bytes) {
  return read(bytes, [](Decoder& archive) {
    const auto kind = read_number<std::uint64_t>(archive);
    return read_event(archive, static_cast<std::size_t>(kind));
  });
}

Result<Variables> decode_variables(std::string_view bytes) {
  return read(bytes, [](Decoder& archive) {
    Variables variables;
    transfer(archive, variables);
    return variables;
  });
}

Result<Wait> decode_wait(std::string_view bytes, const Process& process) {
  return read(bytes, [&](Decoder& archive) {
    Wait wait;
    transfer<Decoder>(archive, wait);
    require_known(wait, process);
    return wait;
  });
}

}  // namespace guildhall::bpmn
