#pragma once

// The newest version of each published model, and how one is compiled with what it imports: the newest version of the
// one published model that has the import's namespace.

#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "decisions/decision_store.h"
#include "dmn/decision_model.h"

namespace guildhall::decisions {

struct Compiled {
  std::shared_ptr<const dmn::DecisionModel> model;
  std::vector<Version> imports;  // Directly and through others.
};

class Library {
 public:
  explicit Library(std::vector<VersionText> newest) : texts_(std::move(newest)) {}
  const std::vector<VersionText>& texts() const { return texts_; }
  const VersionText* find(std::string_view namespace_uri, std::string_view name) const;
  // In the place of the model's newest version, or as a new model.
  void put(VersionText text);

  // Problems: what can't be read, imports that nobody published, what the engine can't compile. What it can but shouldn't
  // is among the model's findings.
  Result<Compiled> compile(std::string_view xml) const;

 private:
  std::vector<VersionText> texts_;
};

}  // namespace guildhall::decisions
