// Which message is whose: BPMN 2.0.2, 8.4.2, correlation.

#include <algorithm>

#include "bpmn/impl/machine.h"

namespace guildhall::bpmn {

using feel::Kind;
using feel::Value;

namespace {

constexpr std::size_t kMostBytes = 1'000;  // Of a correlation.

// Numbers without trailing zeros, moments in UTC and whole seconds as FEEL compares them, entries by their names.
void write_canonical(const Value& value, std::string& out, std::size_t depth) {
  if (depth > 50 || out.size() > kMostBytes) {
    out.append(kMostBytes, '.');  // Too long for anybody to wait for.
    return;
  }
  switch (value.kind()) {
    case Kind::Number: {
      std::string text = value.number().text();
      if (text.find('.') != std::string::npos && text.find_first_of("eE") == std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
      }
      out += text == "-0" ? "0" : text;
      return;
    }
    case Kind::DateTime: {
      const feel::DateTime moment = value.date_time();
      const auto utc = feel::DateTime::from_epoch(moment.epoch_nanos() / feel::kNanosPerSecond * feel::kNanosPerSecond,
                                                  moment.time.zone.present() ? feel::Zone::utc() : feel::Zone());
      out += feel::to_text(Value::date_time(utc.value_or(moment)));
      return;
    }
    case Kind::List:
      out += "[";
      for (const Value& item : value.list()) {
        if (&item != value.list().data()) out += ", ";
        write_canonical(item, out, depth + 1);
      }
      out += "]";
      return;
    case Kind::Context: {
      std::vector<const feel::Entry*> entries;
      for (const feel::Entry& entry : value.context()) entries.push_back(&entry);
      std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
      out += "{";
      for (const feel::Entry* entry : entries) {
        if (entry != entries.front()) out += ", ";
        out += feel::to_text(Value::string(entry->key), 2 * kMostBytes) + ": ";
        write_canonical(entry->value, out, depth + 1);
      }
      out += "}";
      return;
    }
    default:
      out += feel::to_text(value, 2 * kMostBytes);
  }
}

// By the message's own values and no others: those who wait have theirs.
std::string text_of(const Correlation& correlation, const Variables& payload,
                    std::span<const std::pair<std::string, feel::Value>> given) {
  feel::Memory memory;
  feel::Evaluation evaluation(memory, {}, {});
  std::string text;
  for (const Formula& path : correlation.paths) {
    std::vector<Value> values;
    for (const std::string& name : path.variables) {
      const auto named = [&](const auto& each) { return each.first == name; };
      Value value;
      if (const auto data = std::find_if(payload.begin(), payload.end(), named); data != payload.end()) {
        value = data->second.value();
      } else if (const auto other = std::find_if(given.begin(), given.end(), named); other != given.end()) {
        value = other->second;
      }
      values.push_back(value);
    }
    const auto value = path.expression->evaluate(evaluation, values);
    if (!value.ok()) return {};
    text += (text.empty() ? "" : ", ") + canonical(*value);
  }
  return text;
}

}  // namespace

std::string canonical(const Value& value) {
  std::string text;
  write_canonical(value, text, 0);
  return text;
}

bool Machine::waits_for_message(const Wait& wait, std::string_view name) const {
  const Node& event = process_.nodes[wait.event];
  if (wait.trigger != kNone && event.triggers[wait.trigger].type != TriggerType::Message) return false;
  const std::string& expected = wait.trigger == kNone ? event.message : event.triggers[wait.trigger].name;
  return expected.empty() || expected == name;
}

const Expected& Machine::expected_of(const Wait& wait) const {
  const Node& event = process_.nodes[wait.event];
  return wait.trigger == kNone ? event.expected : event.triggers[wait.trigger].expected;
}

// By process data (context-based), or by the key of a conversation that has begun (key-based).
std::string Machine::correlation_of_wait(const Expected& expected, Id scope, const Node& node) {
  if (expected.correlation == nullptr) return {};
  if (expected.values.empty()) {
    for (const auto& [key, text] : instance_.keys) {
      if (key == expected.correlation->key) return text;
    }
    return {};
  }
  std::string text;
  for (const Formula& formula : expected.values) {
    const Value value = evaluate(formula, scope);
    if (!running()) return {};
    if (value.null()) {
      fail("‘" + node.id + "’ can't tell which message ‘" + expected.correlation->message + "’ is meant: ‘" +
           formula.expression->text() + "’ is null.");
      return {};
    }
    text += (text.empty() ? "" : ", ") + canonical(value);
  }
  if (text.size() > kMostBytes) {
    fail("What ‘" + node.id + "’ expects of the message ‘" + expected.correlation->message + "’ is too long.");
  }
  return text;
}

std::string Machine::correlation_of_message(const Expected& expected, const Variables& variables) {
  return expected.correlation == nullptr ? std::string() : text_of(*expected.correlation, variables, given_);
}

// "The first message that is sent or received initialises the key"; from then on it is expected of the others.
void Machine::begin_conversation(const Expected& expected, const std::string& correlation) {
  if (expected.correlation == nullptr || expected.correlation->key.empty() || correlation.empty()) return;
  const std::string& key = expected.correlation->key;
  const auto known = [&](const auto& each) { return each.first == key; };
  if (std::any_of(instance_.keys.begin(), instance_.keys.end(), known)) return;
  instance_.keys.emplace_back(key, correlation);
  for (NodeInstance& each : instance_.nodes) {
    for (Wait& wait : each.waits) {
      if (wait.trigger != kNone && process_.nodes[wait.event].triggers[wait.trigger].type != TriggerType::Message) {
        continue;
      }
      const Expected& other = expected_of(wait);
      if (other.correlation != nullptr && other.correlation->key == key && other.values.empty()) {
        wait.correlation = correlation;
      }
    }
  }
}

std::string correlation_of(const Definitions& definitions, std::string_view message_name, const Variables& payload,
                           std::span<const std::pair<std::string, feel::Value>> given) {
  const auto found = std::find_if(definitions.correlations.begin(), definitions.correlations.end(),
                                  [&](const auto& each) { return each->message == message_name; });
  if (found == definitions.correlations.end()) return {};
  return text_of(**found, payload, given);
}

}  // namespace guildhall::bpmn
