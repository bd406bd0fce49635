#pragma once

// A decision asked from within the program: by a process, say. Not for sharing between threads.
//
//   Asker asker(published);
//   asker.begin(now);
//   const feel::Value fee = TRY(asker.ask("parking-permit/basic-fee", {{"Zone", zone}}));

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "decisions/catalogue.h"
#include "dmn/decision_model.h"

namespace guildhall::decisions {

class Asker {
 public:
  using Given = std::pair<std::string_view, feel::Value>;

  explicit Asker(PublishedModels& published) : published_(&published) {}
  // For catalogues that begin() is given.
  Asker() = default;

  // From here on with what is published now, and at this moment. Values given before are gone.
  void begin(Instant now);
  // From here on with these models, whatever is published.
  void begin(Instant now, std::shared_ptr<const Catalogue> models);
  // "model/decision", as addresses name them; "model" alone where it has one decision. Values that the decision doesn't
  // need are passed over, texts become the dates and times that their inputs ask for, what is missing is null. Problems:
  // no such decision, values not of their types, a budget used up. The value lives until begin().
  Result<feel::Value> ask(std::string_view decision, std::span<const Given> given);

 private:
  PublishedModels* published_ = nullptr;
  std::shared_ptr<const Catalogue> catalogue_;
  Instant now_{};
  struct Prepared {
    std::shared_ptr<const OfferedModel> model;  // Keeps the decider's model alive.
    std::unique_ptr<dmn::Decider> decider;
    bool begun = false;
  };
  std::map<std::string, Prepared, std::less<>> deciders_;
};

}  // namespace guildhall::decisions
