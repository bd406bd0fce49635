#pragma once

// `guildhall match run --work FOLDER`: for more records than fit into memory. The steps of linkage/spread.h, one bucket after
// the other, with files between them; started again after an interruption, it goes on where it was.

#include "app/arguments.h"
#include "app/match_inputs.h"
#include "base/result.h"

namespace guildhall::app {

// The pairs and clusters are those of a run in memory. A cluster's id follows from its least record's id and the model, so
// that an interrupted run writes what an uninterrupted one does; rows come in the order of buckets.
Result<void> match_in_pieces(const Arguments& arguments, const MatchInputs& inputs);

}  // namespace guildhall::app
