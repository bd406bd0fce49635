#include "dmn/inputs.h"

#include "dmn/impl/written_model.h"
#include "feel/json.h"

namespace guildhall::dmn::written {
namespace {

// "Zone: string | unknown Zoen (Zone) | given Fee | missing Age": what is found in the JSON.
std::string found(const ModelPointer& model, std::string_view decision, std::string_view json) {
  feel::Memory memory;
  const feel::Value given = feel::from_json(json, {}, memory).value();
  const GivenInputs inputs = match_inputs(*model, model->needs(decision), given);
  std::string words;
  for (const auto& [name, type] : inputs.type.members())
    words += (words.empty() ? "" : ", ") + name + ": " + type.text();
  for (const auto& each : inputs.unknown) words += " | unknown " + each.name + " (" + each.nearest + ")";
  for (const std::string& each : inputs.decisions) words += " | given " + each;
  for (const std::string& each : inputs.missing) words += " | missing " + each;
  return words;
}

std::string reference(std::string_view of, std::string_view name) {
  return "https://example.org/" + std::string(of) + "#" + id_of(name);
}

const ModelPointer& permit() {
  static const ModelPointer model =
      compiled(input("Zone", "string") + input("Date of birth", "date") + input("Spare-key", "number") +
               decision("Fee", literal("Zone"), needs("Zone")) +
               decision("It", literal("Date of birth"), needs("Date of birth") + after("Fee")));
  return model;
}

TEST(GivenInputs, HaveTheirTypes) {
  EXPECT_EQ(found(permit(), "It", R"({"Zone": "A", "Date of birth": "1950-03-12"})"),
            "Zone: string, Date of birth: date");
}

TEST(GivenInputs, AreFoundHoweverTheyAreSpaced) {
  EXPECT_EQ(found(permit(), "It", R"({" Zone ": "A", "Date   of birth": null})"),
            " Zone : string, Date   of birth: date");
}

TEST(GivenInputs, WhatIsNotThereIsMissing) {
  EXPECT_EQ(found(permit(), "It", "{}"), " | missing Date of birth | missing Zone");
  EXPECT_EQ(found(permit(), "It", "[]"), " | missing Date of birth | missing Zone");
  EXPECT_EQ(found(permit(), "Fee", "{}"), " | missing Zone");
}

TEST(GivenInputs, OfOtherDecisionsAreNoMistake) {
  EXPECT_EQ(found(permit(), "Fee", R"({"Zone": "A", "Date of birth": "1950-03-12", "Spare - key": 1})"),
            "Zone: string");
}

TEST(GivenInputs, AnUnknownNameComesWithTheNearest) {
  EXPECT_EQ(found(permit(), "It", R"({"Zoen": "A", "Date of brith": 1})"),
            " | unknown Zoen (Zone) | unknown Date of brith (Date of birth) | missing Date of birth | missing Zone");
  EXPECT_EQ(found(compiled(decision("It", literal("1"))), "It", R"({"Zone": "A"})"), " | unknown Zone ()");
  const std::string longest(10'000, 'x');
  EXPECT_EQ(found(permit(), "Fee", "{\"Zone\": 1, \"" + longest + "\": 1}"),
            "Zone: string | unknown " + longest + " ()");
}

TEST(GivenInputs, WhereADecisionIsGivenNothingIsCalledMissing) {
  EXPECT_EQ(found(permit(), "It", R"({"Fee": 10})"), " | given Fee");
}

TEST(GivenInputs, OfImportedModelsAreNamedInSeveralWays) {
  const auto outer = compiled_with(
      model(import("m", "middle") + input("Own", "number") +
            decision("It", literal("m.D"), needs("Own") + after(reference("middle", "D")))),
      {model(import("i", "inner") + decision("D", literal("i.X"), needs(reference("inner", "X"))), "middle"),
       model(input("X", "date"), "inner")});
  EXPECT_EQ(found(outer, "It", R"({"m.i.X": 1, "Own": 1})"), "m.i.X: date, Own: number");
  EXPECT_EQ(found(outer, "It", R"({"i.X": 1})"), "i.X: date | missing Own");
  EXPECT_EQ(found(outer, "It", R"({"X": 1})"), "X: date | missing Own");
  EXPECT_EQ(found(outer, "It", R"({"m": {"i": {"X": 1}}})"), "m: context<i: context<X: date>> | missing Own");
  EXPECT_EQ(found(outer, "It", R"({"m": {"i": {"Y": 1}}, "Own": 1})"),
            "m: context<i: context<>>, Own: number | unknown m.i.Y (m.i.X) | missing m.i.X");
  EXPECT_EQ(found(outer, "It", R"({"m": {"D": 1}})"), "m: context<> | given m.D");
  EXPECT_EQ(found(outer, "It", R"({"m": 5})"), " | unknown m (Own) | missing Own | missing m.i.X");
}

TEST(GivenInputs, OfAModelThatIsImportedTwiceAreGivenOnce) {
  const auto twice = compiled_with(model(import("a", "base") + import("b", "base") +
                                         decision("It", literal("a.D + b.D"), after(reference("base", "D")))),
                                   {model(input("X", "number") + decision("D", literal("X"), needs("X")), "base")});
  EXPECT_EQ(found(twice, "It", R"({"X": 1})"), "X: number");
  EXPECT_EQ(found(twice, "It", R"({"a.X": 1})"), "a.X: number");
}

TEST(GivenInputs, AnImportedNameIsTheOwnOneWhereTheModelHasIt) {
  const auto outer = compiled_with(model(import("m", "base") + input("X", "string") +
                                         decision("It", literal("m.D"), needs("X") + after(reference("base", "D")))),
                                   {model(input("X", "date") + decision("D", literal("X"), needs("X")), "base")});
  EXPECT_EQ(found(outer, "It", R"({"X": "a"})"), "X: string | missing m.X");
  EXPECT_EQ(found(outer, "It", R"({"X": "a", "m.X": 1})"), "X: string, m.X: date");
}

}  // namespace
}  // namespace guildhall::dmn::written
