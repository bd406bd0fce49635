#pragma once

// For tests: processes written in a few lines, and what their scripts say when they run.
//
//   EXPECT_EQ(run("start s; xor x; script a; script b; end e; s > x; x > a if n > 1; x > b default; a > e; b > e",
//                 {.input = "{n: 2}"}),
//             "a completed");
//
// Statements end with a line or ";". One is a kind and an id with options, or a flow, or XML as it stands:
//   script a             its script is "a"; script a = "other": the rest of the statement; also a
//                        complex gateway's activation and an ad-hoc sub-process' completion
//   catch c timer:PT5M   also message:m signal:s error:e escalation:x link:l condition:(x = 1) compensate compensate:a
//                        cancel terminate; error, escalation, message, signal without a name
//   boundary b on:a      also nonint (doesn't interrupt), all (parallel multiple), name=value (an attribute)
//   sub s { … }          what it holds; <xml/> in it is its own
//   a > b > c            flows; a > b if x = 1; a > b default
//   undo b h             the association of a compensation boundary event with its handler
//   process p { … }      where there are several; else all is process "p"
// Messages, signals, errors and escalations are declared by themselves.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bpmn/read_definitions.h"
#include "bpmn/simulation.h"
#include "feel/expression.h"

namespace guildhall::bpmn {

struct TestRun {
  std::string input = "{}";  // FEEL
  std::vector<std::string> events{};
  std::string process{};
};

class ProcessText {
 public:
  explicit ProcessText(std::string_view text);
  std::string xml() const;

 private:
  void statement(std::string text);
  void element(const std::string& kind, std::vector<std::string> words, const std::string& rest, const std::string& xml,
               bool opens);
  std::string event_definition(const std::string& word);
  void flow(const std::string& text);

  struct Open {
    std::string tag;
    std::string body;
  };
  std::vector<Open> open_;
  std::map<std::string, std::string> defaults_;
  std::set<std::string> roots_;
  std::size_t count_ = 0;
};

// The words that scripts said, in their order, and how the first process ended: "a b completed", "a failed:code",
// "waiting", "terminated". Problems where the process can't be read.
std::string run(std::string_view text, const TestRun& how = {});
std::string run_xml(std::string_view xml, const TestRun& how = {});

}  // namespace guildhall::bpmn
