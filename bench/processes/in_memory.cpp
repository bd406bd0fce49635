// Process instances a second by the engine alone, on one core: nothing is stored. Each is started, its service task is
// completed at once, its decision is taken, its gateway goes by that, and its user task is completed.
//
//   build/release/bench/bench_processes_in_memory [SECONDS]
//
// Prints key=value (see run), and operator_new: its calls for each instance; bytes_waiting and bytes_reserved: what the
// program's resident memory and its address space grow by for each of 100,000 instances that wait at their user task.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "bpmn/instance.h"
#include "bpmn/read_definitions.h"
#include "dmn/decision_model.h"
#include "dmn/read_model.h"
#include "feel/json.h"

#include "permits.h"

namespace {
std::uint64_t allocations = 0;  // Calls of operator new: the program has one thread.
}

// Not inlined: GCC 12 takes new and free for mismatched where it sees through one of the two only.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* place = std::malloc(bytes)) return place;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* place) noexcept {
  std::free(place);
}
[[gnu::noinline]] void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

namespace guildhall::bench {
namespace {

using std::chrono::steady_clock;

template <class T>
T must(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "bench_processes_in_memory: %s\n", to_text(result.problems()).c_str());
    std::exit(1);
  }
  return std::move(result).value();
}

std::string content(const char* name) {
  std::ifstream file(std::string(GUILDHALL_BENCH_FOLDER "/") + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Engine {
 public:
  Engine()
      : definitions_(must(bpmn::read_definitions(content("model.bpmn")))),
        process_(definitions_.processes[0]),
        decider_(must(dmn::DecisionModel::compile(must(dmn::read_model(content("ten_rules.dmn")))))) {}

  struct Waiting {
    bpmn::ProcessInstance instance;
    bpmn::Id task = 0;
    bpmn::Index node = bpmn::kNone;
  };

  // Up to the user task.
  Waiting start(const Application& from) {
    bpmn::Variables variables;
    variables.reserve(3);
    variables.emplace_back("Age", bpmn::Data::of(feel::Value::number(from.age)));
    variables.emplace_back("Zone", bpmn::Data::of(feel::Value::string(from.zone)));
    variables.emplace_back("Blue badge", bpmn::Data::of(feel::Value::boolean(from.blue_badge)));
    bpmn::Step step = bpmn::advance(process_, {}, bpmn::Start{std::move(variables), {}}, {});
    for (;;) {
      const bpmn::WorkRequested work = requested(step);
      const bpmn::Node& node = process_.nodes[work.node];
      if (node.type == bpmn::NodeType::UserTask) return {std::move(step.next), work.instance, work.node};
      bpmn::Completed completed{work.instance, {}};
      if (node.type == bpmn::NodeType::BusinessRuleTask) {
        completed.variables.emplace_back(node.name, decided(node.name, step.next.scopes[0].variables));
      }
      step = bpmn::advance(process_, std::move(step.next), completed, {});
    }
  }

  void complete(Waiting waiting) {
    const bpmn::Step step = bpmn::advance(process_, std::move(waiting.instance), bpmn::Completed{waiting.task, {}}, {});
    if (step.next.state != bpmn::ProcessInstance::State::Completed) wrong("An instance didn't complete.");
  }

  // All thousand charges, and that the gateway went by them.
  std::string charges() {
    feel::Decimal sum(0);
    for (std::uint64_t row = 0; row < kApplications; ++row) {
      Waiting waiting = start(application(row));
      const feel::Decimal charge = waiting.instance.scopes[0].variables.back().second.value().number();
      const bool dear = charge > feel::Decimal(60);
      if (process_.nodes[waiting.node].id != (dear ? "check" : "grant")) wrong("The gateway went wrong.");
      sum = sum + charge;
      complete(std::move(waiting));
    }
    return must(feel::to_json(feel::Value::number(sum)));
  }

 private:
  [[noreturn]] static void wrong(const char* what) {
    std::fprintf(stderr, "bench_processes_in_memory: %s\n", what);
    std::exit(1);
  }

  static bpmn::WorkRequested requested(const bpmn::Step& step) {
    for (const bpmn::Effect& effect : step.effects) {
      if (const auto* work = std::get_if<bpmn::WorkRequested>(&effect)) return *work;
    }
    wrong("Nothing was asked for.");
  }

  bpmn::Data decided(const std::string& decision, const bpmn::Variables& variables) {
    decider_.begin();
    auto* entries = decider_.memory().array<feel::Entry>(variables.size());
    std::size_t count = 0;
    for (const auto& [name, data] : variables) new (&entries[count++]) feel::Entry{name, data.value()};
    return bpmn::Data::of(must(decider_.decide(decision, feel::Value::context({entries, count}))));
  }

  bpmn::Definitions definitions_;
  const bpmn::Process& process_;
  dmn::Decider decider_;
};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Pages {
  std::uint64_t reserved = 0;
  std::uint64_t resident = 0;

  static Pages now() {
    Pages pages;
    std::ifstream("/proc/self/statm") >> pages.reserved >> pages.resident;
    return pages;
  }
};

double microseconds(std::vector<std::int64_t>& nanoseconds, double share) {
  const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(nanoseconds.size()) * share);
  std::nth_element(nanoseconds.begin(), nanoseconds.begin() + place, nanoseconds.end());
  return static_cast<double>(nanoseconds[static_cast<std::size_t>(place)]) / 1e3;
}

void measure(double seconds) {
  Engine engine;
  const std::string charges = engine.charges();

  constexpr std::size_t kWaiting = 100'000;
  std::vector<Engine::Waiting> waiting(kWaiting);
  const Pages before = Pages::now();
  for (std::size_t i = 0; i < kWaiting; ++i) waiting[i] = engine.start(application(i));
  const Pages after = Pages::now();
  for (Engine::Waiting& each : waiting) engine.complete(std::move(each));
  waiting = {};
  const double bytes = static_cast<double>(::sysconf(_SC_PAGESIZE)) / kWaiting;  // For each instance by each page.

  std::vector<std::int64_t> completions;
  completions.reserve(1 << 24);
  const std::uint64_t allocations_before = allocations;
  const double cpu_before = cpu_seconds();
  const auto begin = steady_clock::now();
  auto now = begin;
  std::uint64_t count = 0;
  while (std::chrono::duration<double>(now - begin).count() < seconds) {
    Engine::Waiting one = engine.start(application(count++));
    const auto asked = steady_clock::now();
    engine.complete(std::move(one));
    now = steady_clock::now();
    if (completions.size() < completions.capacity()) completions.push_back((now - asked).count());
  }
  const double wall = std::chrono::duration<double>(now - begin).count();
  const double cpu = cpu_seconds() - cpu_before;
  const double instances = static_cast<double>(count);
  std::printf(
      "engine=Guildhall database=memory history=none durable=never threads=1 instances=%llu a_second=%.0f own_cpu=%.2f "
      "server_cpu=0 p50_us=%.1f p99_us=%.1f charges=%s operator_new=%.1f bytes_waiting=%.0f "
      "bytes_reserved=%.0f\n",
      static_cast<unsigned long long>(count), instances / wall, cpu, microseconds(completions, 0.5),
      microseconds(completions, 0.99), charges.c_str(),
      static_cast<double>(allocations - allocations_before) / instances,
      static_cast<double>(after.resident - before.resident) * bytes,
      static_cast<double>(after.reserved - before.reserved) * bytes);
}

}  // namespace
}  // namespace guildhall::bench

int main(int argc, char** argv) {
  guildhall::bench::measure(argc > 1 ? std::atof(argv[1]) : 5);
}
