#pragma once

// An invented council's models, for tests.

#include <string>
#include <string_view>

namespace guildhall::decisions {

inline constexpr std::string_view kResidentsNamespace = "https://borsetshire.example/residents";

inline std::string model(std::string_view name, std::string_view namespace_uri, std::string_view elements) {
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name=")" + std::string(name) +
         R"(" namespace=")" + std::string(namespace_uri) + "\">\n" + std::string(elements) + "</definitions>\n";
}

// A type that other models use.
inline std::string residents_model(std::string_view zones = R"("A", "B", "C")", std::string_view type = "tZone") {
  return model("Residents", kResidentsNamespace,
               R"(<itemDefinition name=")" + std::string(type) + R"("><typeRef>string</typeRef><allowedValues><text>)" +
                   std::string(zones) + "</text></allowedValues></itemDefinition>\n");
}

// A permit costs 120.50 in zone A and 75 in the others, half of it for whoever was born before 1960.
inline std::string permit_model(std::string_view price_in_a = "120.50") {
  return model("Parking permit", "https://borsetshire.example/permit",
               R"(<import name="residents" namespace="https://borsetshire.example/residents"
  importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
<inputData id="zone" name="Zone"><variable name="Zone" typeRef="residents.tZone"/></inputData>
<inputData id="born" name="Date of birth"><variable name="Date of birth" typeRef="date"/></inputData>
<decision id="basic" name="Basic fee"><question>What does a permit cost?</question>
  <variable name="Basic fee" typeRef="number"/>
  <informationRequirement id="r1"><requiredInput href="#zone"/></informationRequirement>
  <literalExpression><text>if Zone = "A" then )" +
                   std::string(price_in_a) + R"( else 75</text></literalExpression>
</decision>
<decision id="fee" name="Fee"><variable name="Fee" typeRef="number"/>
  <informationRequirement id="r2"><requiredDecision href="#basic"/></informationRequirement>
  <informationRequirement id="r3"><requiredInput href="#born"/></informationRequirement>
  <literalExpression>
    <text>if Date of birth &lt; date("1960-01-01") then Basic fee / 2 else Basic fee</text>
  </literalExpression>
</decision>
)");
}

// Decisions that try a server: far too many steps, a value that is far too long, and one that knows what time it is.
inline std::string trying_model() {
  const auto decision = [](std::string_view name, std::string_view feel) {
    return "<decision id=\"" + std::string(name) + "\" name=\"" + std::string(name) + "\"><variable name=\"" +
           std::string(name) + "\"/><literalExpression><text>" + std::string(feel) +
           "</text></literalExpression></decision>\n";
  };
  return model("Trying", "https://borsetshire.example/trying",
               decision("Steps", "count(for a in 1..2000 return count(for b in 1..2000 return a * b))") +
                   decision("Long", "for a in 1..300 return string join(for b in 1..1000 return \"0123456789\")") +
                   decision("Today", "string(today())"));
}

}  // namespace guildhall::decisions
