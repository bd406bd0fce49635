#pragma once

// The newest versions, compiled: what the service answers from.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "decisions/library.h"

namespace guildhall::decisions {

struct OfferedDecision {
  std::string slug;  // In addresses, once in its model: "basic-fee".
  std::string name;
  std::string question;  // As the model asks it; may be empty.
  std::vector<dmn::DecisionModel::Need> inputs;
};

struct OfferedModel {
  std::vector<Version> versions;  // The newest last.
  Compiled compiled;              // The newest; without a model where it can't be used any more.
  Problems problems;              // Why it can't: a newer Guildhall reads it more strictly, say.
  std::vector<OfferedDecision> decisions;

  const Version& newest() const { return versions.back(); }
  const OfferedDecision* find(std::string_view slug) const;
};

// `xml` is the text of the newest.
OfferedModel offered(std::vector<Version> versions, const Library& library, std::string_view xml);

// Immutable: shared by all who answer from it, while a newer one takes its place.
struct Catalogue {
  std::int64_t published_count = 0;
  std::vector<std::shared_ptr<const OfferedModel>> models;  // Ordered by slug.

  const OfferedModel* find(std::string_view slug) const;
};

// Any thread may call any function of it.
class PublishedModels {
 public:
  explicit PublishedModels(db::Database& database) : database_(database) {}
  // What is published at this moment, by whatever process. Compiles what is new since the last call.
  std::shared_ptr<const Catalogue> now();

 private:
  std::shared_ptr<const Catalogue> read_again(const Catalogue& known) const;

  db::Database& database_;
  std::mutex mutex_;
  std::shared_ptr<const Catalogue> catalogue_ = std::make_shared<Catalogue>();
};

}  // namespace guildhall::decisions
