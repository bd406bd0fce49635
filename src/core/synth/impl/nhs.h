#pragma once

// The NHS Personal Demographics Service: one FHIR R4 Patient a line, as its API returns them. Shapes and
// codes: NHS England, "Personal Demographics Service - FHIR API" (its OpenAPI description and sandbox
// examples). A restricted patient has neither address, telecom nor general practice.

#include "synth/impl/clerk.h"
#include "synth/impl/output.h"
#include "synth/impl/truth.h"

namespace guildhall::synth {

class NhsDemographics {
 public:
  NhsDemographics(const SynthOptions& options, const Names& names, const Places& places, OutputSink& sink,
                  SynthSummary& summary, TruthFile& truth);
  void add(const Household& household);  // the children registered with the NHS
  void end() { patients_.end(); }
  const OutputFile& file() const { return patients_; }

 private:
  void write_patient(const Child& child, const Entry& entry, Random& random);

  std::uint64_t seed_;
  const Places& places_;
  SynthSummary& summary_;
  TruthFile& truth_;
  Clerk clerk_;
  OutputFile patients_;
};

}  // namespace guildhall::synth
