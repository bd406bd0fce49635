// Context functions. Source: DMN 1.5, 10.3.4.10.

#include <algorithm>
#include <array>

#include "feel/impl/builtin_library.h"

namespace guildhall::feel {
namespace {

Value get_value(Evaluation& evaluation, Arguments arguments) {
  evaluation.steps(arguments[0].context().size());
  const Value* value = arguments[0].entry(arguments[1].string());
  return value != nullptr ? *value : evaluation.null("The context has no entry {1}", arguments[1]);
}

Value get_entries(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Entry> entries = arguments[0].context();
  evaluation.steps(entries.size());
  Value* items = evaluation.memory().array<Value>(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::array<Entry, 2> pair{{{"key", Value::string(entries[i].key)}, {"value", entries[i].value}}};
    items[i] = Value::context(evaluation.memory(), pair);
  }
  return Value::list({items, entries.size()});
}

// "If a context item is missing the required "key" and "value" entries, the final result is null." So it is where two
// have the same key, since the keys of a context are distinct (10.3.2.6).
Value context_of(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> items = arguments[0].list();
  evaluation.steps(items.size());
  Entry* entries = evaluation.memory().array<Entry>(items.size());
  std::string_view* keys = evaluation.memory().array<std::string_view>(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is(Kind::Context))
      return evaluation.null("The entries of context() must be contexts, not {1}", items[i]);
    const Value* key = items[i].entry("key");
    const Value* value = items[i].entry("value");
    if (key == nullptr || value == nullptr || !key->is(Kind::String)) {
      return evaluation.null("Each entry of context() must have a \"key\" that is a string, and a \"value\"");
    }
    entries[i] = {key->string(), *value};
    keys[i] = key->string();
  }
  std::sort(keys, keys + items.size());
  const std::string_view* twice = std::adjacent_find(keys, keys + items.size());
  if (twice != keys + items.size()) {
    return evaluation.null("Two entries of context() have the key {1}", Value::string(*twice));
  }
  return Value::context({entries, items.size()});
}

// "If overriding an existing entry, the order of the keys maintains the same order as in the original context."
Value with_entry(Evaluation& evaluation, std::span<const Entry> context, const Entry& added) {
  evaluation.steps(context.size());
  evaluation.check_list(context.size() + 1);
  Entry* entries = evaluation.memory().array<Entry>(context.size() + 1);
  std::copy(context.begin(), context.end(), entries);
  Entry* const end = entries + context.size();
  Entry* const place = std::find_if(entries, end, [&](const Entry& entry) { return entry.key == added.key; });
  *place = added;
  return Value::context({entries, context.size() + (place == end ? 1 : 0)});
}

Value context_put(Evaluation& evaluation, Arguments arguments) {
  return with_entry(evaluation, arguments[0].context(), {arguments[1].string(), arguments[2]});
}

// "The composite of nested invocations to context put() for each item in keys." From the outside in, the contexts that
// change; then from the inside out, their new values.
Value context_put_at(Evaluation& evaluation, Arguments arguments) {
  const std::span<const Value> keys = arguments[1].list();
  if (keys.empty()) return evaluation.null("The keys of context put() must not be empty");
  evaluation.steps(keys.size());
  Value* const path = evaluation.memory().array<Value>(keys.size());
  Value inner = arguments[0];
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].is(Kind::String))
      return evaluation.null("The keys of context put() must be strings, not {1}", keys[i]);
    if (!inner.is(Kind::Context))
      return evaluation.null("context put() found {1} where its keys need a context", inner);
    path[i] = inner;
    evaluation.steps(inner.context().size());
    const Value* next = inner.entry(keys[i].string());
    inner = next != nullptr ? *next : Value();
  }
  Value value = arguments[2];
  for (std::size_t i = keys.size(); i-- > 0;) {
    value = with_entry(evaluation, path[i].context(), {keys[i].string(), value});
  }
  return value;
}

Value context_put_by_position(Evaluation& evaluation, Arguments arguments) {
  if (arguments[1].is(Kind::String)) return context_put(evaluation, arguments);
  if (arguments[1].is(Kind::List)) return context_put_at(evaluation, arguments);
  return evaluation.null("The key of context put() must be a string or a list of strings, not {1}", arguments[1]);
}

// "If some of the keys are equal, the entries are overriden […] with new entries added as the last entry."
Value context_merge(Evaluation& evaluation, Arguments arguments) {
  std::size_t most = 0;
  for (const Value& context : arguments[0].list()) {
    evaluation.step();
    if (!context.is(Kind::Context)) return evaluation.null("context merge() merges contexts, not {1}", context);
    most += context.context().size();
  }
  evaluation.check_list(most);
  Entry* entries = evaluation.memory().array<Entry>(most);
  Entry* end = entries;
  for (const Value& context : arguments[0].list()) {
    for (const Entry& added : context.context()) {
      evaluation.steps(static_cast<std::uint64_t>(end - entries) + 1);
      Entry* const place = std::find_if(entries, end, [&](const Entry& entry) { return entry.key == added.key; });
      *place = added;
      if (place == end) ++end;
    }
  }
  return Value::context({entries, static_cast<std::size_t>(end - entries)});
}

}  // namespace

std::vector<Definition> context_functions() {
  using takes::anything;
  using takes::context;
  using takes::list;
  using takes::string;
  const Type result = Base::Context;
  return {
      {"get value", {{{context("m"), string("key")}, get_value, Base::Any}}},
      {"get entries", {{{context("m")}, get_entries, Type::list_of(Base::Context)}}},
      {"context", {{{list("entries")}, context_of, result}}},
      {"context put",
       {{{context("context"), takes::one_of_several(""), anything("value")}, context_put_by_position, result},
        {{context("context"), string("key"), anything("value")}, context_put, result},
        {{context("context"), list("keys"), anything("value")}, context_put_at, result}}},
      {"context merge", {{{list("contexts")}, context_merge, result}}},
  };
}

}  // namespace guildhall::feel
