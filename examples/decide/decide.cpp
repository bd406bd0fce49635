// Decides with a DMN file from a program of one's own:
//
//   g++ -std=c++20 decide.cpp $(pkg-config --cflags --libs guildhall-decisions) -o decide
//   ./decide permit.dmn Fee '{"Age": 34, "Resident": true}'

#include <fstream>
#include <iostream>
#include <sstream>

#include "dmn/decision_model.h"
#include "dmn/read_model.h"
#include "feel/json.h"

using namespace guildhall;

// The value of the decision as JSON, and on standard error why anything in it is null.
Result<std::string> decide(const std::string& xml, std::string_view decision, std::string_view inputs) {
  const auto model = TRY(dmn::DecisionModel::compile(TRY(dmn::read_model(xml))));
  dmn::Decider decider(model);
  std::vector<feel::Type::Member> types;
  for (const auto& need : model->needs(decision)) types.emplace_back(need.name, need.type);
  const feel::Value given = TRY(feel::from_json(inputs, feel::Type::context_of(std::move(types)), decider.memory()));
  const feel::Value value = TRY(decider.decide(decision, given));
  for (const auto& reason : decider.reasons()) std::cerr << reason.what << " (" << reason.where << ")\n";
  return feel::to_json(value);
}

int main(int count, char** words) {
  if (count != 4) {
    std::cerr << "decide MODEL.dmn DECISION JSON\n";
    return 2;
  }
  std::ostringstream xml;
  xml << std::ifstream(words[1]).rdbuf();
  const auto value = decide(xml.str(), words[2], words[3]);
  if (!value.ok()) {
    std::cerr << to_text(value.problems()) << "\n";
    return 1;
  }
  std::cout << *value << "\n";
}
