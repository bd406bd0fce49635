#include <algorithm>
#include <sstream>

#include "base/text.h"
#include "bpmn/test_process.h"

namespace guildhall::bpmn {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

const std::map<std::string, std::string> kElements{{"start", "startEvent"},
                                                   {"end", "endEvent"},
                                                   {"catch", "intermediateCatchEvent"},
                                                   {"throw", "intermediateThrowEvent"},
                                                   {"boundary", "boundaryEvent"},
                                                   {"task", "task"},
                                                   {"user", "userTask"},
                                                   {"service", "serviceTask"},
                                                   {"script", "scriptTask"},
                                                   {"send", "sendTask"},
                                                   {"receive", "receiveTask"},
                                                   {"manual", "manualTask"},
                                                   {"rule", "businessRuleTask"},
                                                   {"call", "callActivity"},
                                                   {"sub", "subProcess"},
                                                   {"eventsub", "subProcess"},
                                                   {"adhoc", "adHocSubProcess"},
                                                   {"transaction", "transaction"},
                                                   {"xor", "exclusiveGateway"},
                                                   {"and", "parallelGateway"},
                                                   {"or", "inclusiveGateway"},
                                                   {"events", "eventBasedGateway"},
                                                   {"complex", "complexGateway"},
                                                   {"data", "dataObject"},
                                                   {"property", "property"},
                                                   {"process", "process"}};

}  // namespace

ProcessText::ProcessText(std::string_view text) {
  const bool several = trimmed(text).starts_with("process ");
  open_.push_back({"definitions", ""});
  if (!several) open_.push_back({"process", "<process id=\"p\">\n"});
  std::string current;
  int brackets = 0;
  for (const char c : text) {
    // Braces after a "=" are FEEL's, as long as they balance.
    const bool feel = current.find(" = ") != std::string::npos || current.find(" if ") != std::string::npos;
    if (c == '(' || (feel && c == '{')) ++brackets;
    if (c == ')' || (feel && c == '}' && brackets > 0)) {
      --brackets;
    } else if (c == '{' && !feel) {
      statement(current + "{");
      current.clear();
      continue;
    } else if (c == '}') {
      statement(current);
      statement("}");
      current.clear();
      continue;
    }
    if ((c == ';' || c == '\n') && brackets == 0 && !current.ends_with("&lt")) {
      statement(current);
      current.clear();
    } else {
      current += c;
    }
  }
  statement(current);
  while (open_.size() > 1) statement("}");
}

void ProcessText::statement(std::string text) {
  text = std::string(trimmed(text));
  if (text.empty()) return;
  if (text == "}") {
    const Open done = open_.back();
    open_.pop_back();
    open_.back().body += done.body + "</" + done.tag + ">\n";
    return;
  }
  if (text.front() == '<') {
    open_.back().body += text + "\n";
    return;
  }
  const bool opens = text.back() == '{';
  if (opens) text = std::string(trimmed(text.substr(0, text.size() - 1)));
  std::string rest;
  std::string xml;
  if (const std::size_t at = text.find(" <"); at != std::string::npos && at + 2 < text.size() && text[at + 2] != '=') {
    xml = text.substr(at + 1);
    text = text.substr(0, at);
  }
  const std::size_t is = text.find(" = ");
  if (is != std::string::npos && text.find(" > ") > is && text.find('(') > is) {
    rest = text.substr(is + 3);
    text = text.substr(0, is);
  }
  std::vector<std::string> words;
  std::string word;
  int brackets = 0;
  for (const char c : text + " ") {
    if (c == '(') ++brackets;
    if (c == ')') --brackets;
    if (c != ' ' || brackets > 0) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(word);
      word.clear();
    }
  }
  if (words.size() > 2 && words[1] == ">") return flow(text);
  if (words[0] == "undo") {
    open_.back().body +=
        "<association id=\"as_" + words[1] + "\" sourceRef=\"" + words[1] + "\" targetRef=\"" + words[2] + "\"/>\n";
    return;
  }
  element(words[0], words, rest, xml, opens);
}

void ProcessText::element(const std::string& kind, std::vector<std::string> words, const std::string& rest,
                          const std::string& xml, bool opens) {
  const std::string tag = kElements.at(kind);
  const std::string id = words.at(1);
  std::string attributes = " id=\"" + id + "\"";
  std::string body;
  if (kind == "eventsub") attributes += " triggeredByEvent=\"true\"";
  if (kind == "data" || kind == "property") attributes += " name=\"" + id + "\"";
  const bool task = kind == "send" || kind == "receive";
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.starts_with("on:")) {
      attributes += " attachedToRef=\"" + word.substr(3) + "\"";
    } else if (word == "nonint") {
      attributes += kind == "boundary" ? " cancelActivity=\"false\"" : " isInterrupting=\"false\"";
    } else if (word == "all") {
      attributes += " parallelMultiple=\"true\"";
    } else if (task && word.starts_with("message:")) {
      roots_.insert("<message id=\"message_" + word.substr(8) + "\" name=\"" + word.substr(8) + "\"/>");
      attributes += " messageRef=\"message_" + word.substr(8) + "\"";
    } else if (const std::size_t is = word.find('='); is != std::string::npos && word.find('(') > is) {
      attributes += " " + word.substr(0, is) + "=\"" + escaped(word.substr(is + 1)) + "\"";
    } else {
      body += event_definition(word);
    }
  }
  if (kind == "script") body += "<script>" + escaped(rest.empty() ? "\"" + id + "\"" : rest) + "</script>";
  if (kind == "complex" && !rest.empty()) body += "<activationCondition>" + escaped(rest) + "</activationCondition>";
  if (kind == "adhoc" && !rest.empty()) body += "<completionCondition>" + escaped(rest) + "</completionCondition>";
  body += xml;
  // "default" is known only when all flows are: a place to put it.
  const std::string element = "<" + tag + attributes + "@" + id + "@>" + body;
  if (opens) {
    open_.push_back({tag, element + "\n"});
  } else {
    open_.back().body += element + "</" + tag + ">\n";
  }
}

std::string ProcessText::event_definition(const std::string& word) {
  const std::size_t colon = word.find(':');
  const std::string kind = word.substr(0, colon);
  const std::string name = colon == std::string::npos ? "" : word.substr(colon + 1);
  const std::string id = " id=\"definition" + std::to_string(++count_) + "\"";
  const auto referring = [&](const std::string& root, const std::string& code) {
    if (name.empty()) return "<" + root + "EventDefinition" + id + "/>";
    roots_.insert("<" + root + " id=\"" + root + "_" + name + "\" " + code + "=\"" + name + "\"/>");
    return "<" + root + "EventDefinition" + id + " " + root + "Ref=\"" + root + "_" + name + "\"/>";
  };
  if (kind == "message" || kind == "signal") return referring(kind, "name");
  if (kind == "error" || kind == "escalation") return referring(kind, kind + "Code");
  if (kind == "timer") {
    const std::string element = name.starts_with("R")                            ? "timeCycle"
                                : name.starts_with("P") || name.starts_with("(") ? "timeDuration"
                                                                                 : "timeDate";
    return "<timerEventDefinition" + id + "><" + element + ">" + escaped(name) + "</" + element +
           "></timerEventDefinition>";
  }
  if (kind == "condition") {
    return "<conditionalEventDefinition" + id + "><condition>" + escaped(name) +
           "</condition></conditionalEventDefinition>";
  }
  if (kind == "link") return "<linkEventDefinition" + id + " name=\"" + name + "\"/>";
  if (kind == "cancel" || kind == "terminate") return "<" + kind + "EventDefinition" + id + "/>";
  return "<compensateEventDefinition" + id + (name.empty() ? "" : " activityRef=\"" + name + "\"") + "/>";
}

void ProcessText::flow(const std::string& text) {
  std::string path = text;
  std::string condition;
  bool standard = false;
  if (const std::size_t at = text.find(" if "); at != std::string::npos) {
    condition = text.substr(at + 4);
    path = text.substr(0, at);
  } else if (text.ends_with(" default")) {
    standard = true;
    path = text.substr(0, text.size() - 8);
  }
  std::istringstream words(path);
  std::string source;
  words >> source;
  std::string arrow;
  std::string target;
  while (words >> arrow >> target) {
    const std::string id = source + "_" + target;
    if (standard) defaults_[source] = id;
    open_.back().body +=
        "<sequenceFlow id=\"" + id + "\" sourceRef=\"" + source + "\" targetRef=\"" + target + "\">" +
        (condition.empty() ? "" : "<conditionExpression>" + escaped(condition) + "</conditionExpression>") +
        "</sequenceFlow>\n";
    source = target;
  }
}

std::string ProcessText::xml() const {
  std::string xml =
      "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"definitions\" "
      "targetNamespace=\"urn:test\">\n";
  for (const std::string& root : roots_) xml += root + "\n";
  std::string body = open_[0].body;
  for (std::size_t at = body.find('@'); at != std::string::npos; at = body.find('@', at)) {
    const std::size_t to = body.find('@', at + 1);
    const auto standard = defaults_.find(body.substr(at + 1, to - at - 1));
    body.replace(at, to - at + 1, standard == defaults_.end() ? "" : " default=\"" + standard->second + "\"");
  }
  return xml + body + "</definitions>\n";
}

std::string run_xml(std::string_view xml, const TestRun& how) {
  const auto definitions = read_definitions(xml);
  if (!definitions.ok()) return to_text(definitions.problems());
  SimulationOptions options;
  options.events = how.events;
  options.start = parse_instant("2026-01-01T09:00:00Z").value();
  feel::Memory memory;
  feel::Evaluation evaluation(memory, {}, {});
  const auto expression = feel::Expression::compile(how.input, {}).value();
  const feel::Value input = expression->evaluate(evaluation, {}).value();
  for (const feel::Entry& entry : input.context()) options.variables.emplace_back(entry.key, Data::of(entry.value));
  const auto simulation = simulate(*definitions, how.process, options);
  if (!simulation.ok()) return to_text(simulation.problems());
  std::string words;
  for (const TraceEntry& entry : simulation->trace) {
    if (entry.what != Logged::What::Script || entry.value.value().is(feel::Kind::Context)) continue;
    const feel::Value& value = entry.value.value();
    words += (value.is(feel::Kind::String) ? std::string(value.string()) : feel::to_text(value)) + " ";
  }
  const ProcessInstance& first = simulation->instances.front().state;
  switch (first.state) {
    case ProcessInstance::State::New:
    case ProcessInstance::State::Running:
      return words + "waiting";
    case ProcessInstance::State::Completed:
      return words + "completed";
    case ProcessInstance::State::Terminated:
      return words + "terminated";
    case ProcessInstance::State::Failed:
      return words + "failed:" + first.error;
  }
  return words;
}

std::string run(std::string_view text, const TestRun& how) {
  return run_xml(ProcessText(text).xml(), how);
}

}  // namespace guildhall::bpmn
