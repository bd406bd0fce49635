#include "app/match_pieces.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>

#include "app/match_review.h"
#include "app/parcel_files.h"
#include "base/id.h"
#include "base/parallel.h"
#include "base/text.h"

namespace guildhall::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using linkage::Parcel;
using linkage::ParcelKind;

constexpr std::size_t kPiece = 32 << 20;  // Bytes of a file that are read at once, for each thread.
constexpr double kBytesPerRow = 1'300;    // Of memory, for each row of a bucket while it is paired.
constexpr double kShareForBuckets = 0.7;  // Of the memory; the rest is what doesn't grow with them.
constexpr std::uint32_t kMostBuckets = 4'096;

Parcel found(const json::value& value) {
  return {0, ParcelKind::Found, json::serialize(value)};
}

json::array array_in(std::string_view text) {
  json::value value = json::parse(text);
  return std::move(value.as_array());
}

json::array pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  json::array all;
  for (const auto& [a, b] : pairs) all.push_back(json::array{a, b});
  return all;
}

// From the first record of the cluster in the alphabet, and from the model, so that two councils' clusters differ.
Uuid id_of_cluster(const std::string& salt, std::string_view least) {
  const std::string hash = sha256(salt + std::string(least));
  std::array<std::uint64_t, 2> random{};
  std::memcpy(random.data(), hash.data(), sizeof random);
  return Uuid::version7({}, random[0], random[1]);
}

class Pieces {
 public:
  Pieces(const Arguments& arguments, const MatchInputs& inputs, std::string folder)
      : arguments_(arguments), inputs_(inputs), folder_(std::move(folder)), files_(folder_, inputs.threads) {}

  Result<void> run() {
    out_ = TRY(needed(arguments_, "out", "where the clusters go"));
    TRY(begin());
    const auto queue = arguments_.value("clerical");
    const std::string results =
        fs::absolute(out_).string() + "\n" + (queue ? fs::absolute(*queue).string() : "") + "\n";
    if (const auto written = TRY(files_.note(kWritten))) {
      // It came to its end, but not to the end of tidying up.
      if (written->starts_with(results) && fs::exists(out_) && (!queue || fs::exists(*queue))) {
        std::cout << written->substr(results.size());
        return tidy_up();
      }
      files_.remove_all_but(kWritten);
      files_.remove_note(kWritten);
    }
    TRY(pack());
    TRY(count_placeholders());
    TRY(pair());
    const std::string arcs = TRY(components());
    TRY(decide(arcs));
    const std::string summary = TRY(write());
    TRY(files_.finish(kWritten, results + summary));
    std::cout << summary;
    return tidy_up();
  }

 private:
  // Where the results are written, and what was told, so that a run that goes on doesn't take for all what tidying up has left.
  static constexpr const char* kWritten = "written";

  Result<void> tidy_up() {
    files_.remove_all_but(kWritten);
    files_.remove_note(kWritten);
    std::error_code ignored;
    fs::remove(folder_ + "/run.json", ignored);
    return {};
  }

  Result<void> begin() {
    const std::string path = TRY(needed(arguments_, "model", "which model to link by"));
    settings_.model = TRY(linkage::model_from_json(TRY(read_whole_file(path))));
    TRY(linkage::check_spread(settings_.model));
    id_column_ = TRY(needed(arguments_, "id", "which column holds the ids"));
    if (const auto decisions = arguments_.value("decisions")) {
      settings_.decisions = decisions_of(TRY(read_answers(*decisions)));
    }
    const double gigabytes = TRY(arguments_.real_or("memory", 4, 0.01, 10'000));
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) return Problem{"The folder can't be made.", folder_, "Check its name and who may write there."};

    std::vector<std::string> headers;
    std::uintmax_t bytes = 0, sample_bytes = 0, sample_rows = 0;
    json::array about_files;
    for (const std::string& name : inputs_.files) {
      std::ifstream in(name, std::ios::binary);
      std::string header, sample(1 << 20, '\0');
      if (!in || !fs::is_regular_file(name)) {
        return Problem{"This is not a file that can be read again.", name, "Give the name of a CSV file."};
      }
      std::getline(in, header);
      begins_.push_back(in.eof() ? header.size() : static_cast<std::uint64_t>(in.tellg()));
      headers.push_back(header);
      in.read(sample.data(), static_cast<std::streamsize>(sample.size()));
      sample_bytes += static_cast<std::uintmax_t>(in.gcount());
      sample_rows += static_cast<std::uintmax_t>(std::count(sample.begin(), sample.begin() + in.gcount(), '\n'));
      bytes += fs::file_size(name);
      about_files.push_back({{"name", fs::absolute(name).string()},
                             {"bytes", fs::file_size(name)},
                             {"changed", fs::last_write_time(name).time_since_epoch().count()}});
    }
    sources_ = TRY(linkage::spread_files(settings_.model, id_column_, inputs_.files, headers));

    salt_ = sha256(to_json(settings_.model));
    const json::object identity = {
        {"files", about_files},
        {"id", id_column_},
        {"model", hex(salt_)},
        {"decisions", hex(sha256(json::serialize(json::array{pairs_json(settings_.decisions.always_link),
                                                             pairs_json(settings_.decisions.never_link)})))}};
    const std::string run = folder_ + "/run.json";
    if (fs::exists(run)) {
      std::error_code bad;
      const json::value read = json::parse(TRY(read_whole_file(run)), bad);
      const bool is_ours = !bad && read.is_object() && read.as_object().contains("identity") &&
                           read.as_object().at("identity") == json::value(identity) &&
                           read.as_object().contains("buckets") && read.as_object().at("buckets").is_int64();
      if (!is_ours) {
        return Problem{"This folder holds a run that was begun with other files, another model or other decisions.",
                       folder_, "Give what it was begun with, or another folder."};
      }
      settings_.buckets = read.as_object().at("buckets").to_number<std::uint32_t>();
      std::cerr << "note: going on with the run in " << folder_ << ".\n";
      return {};
    }
    std::error_code ignored;
    fs::remove(run + ".part", ignored);  // Of a run that ended as it began.
    if (fs::directory_iterator(folder_) != fs::directory_iterator()) {
      return Problem{"This folder holds something else.", folder_, "Give the name of an empty folder."};
    }
    const double rows = static_cast<double>(bytes) / static_cast<double>(std::max<std::uintmax_t>(sample_bytes, 1)) *
                        static_cast<double>(std::max<std::uintmax_t>(sample_rows, 1));
    const double wanted = rows * static_cast<double>(settings_.model.blocking_rules.size()) * kBytesPerRow *
                          inputs_.threads / (gigabytes * kShareForBuckets * 1e9);
    settings_.buckets = static_cast<std::uint32_t>(std::clamp(std::ceil(wanted), 1.0, double{kMostBuckets}));
    const std::string text = json::serialize(json::object{{"identity", identity}, {"buckets", settings_.buckets}});
    return write_durably(
        run, [&](std::FILE* file) { return std::fwrite(text.data(), 1, text.size(), file) == text.size(); });
  }

  // What one task of packing takes from a file.
  struct Piece {
    std::size_t file = 0;
    std::uint64_t end = 0, rows = 0;
  };

  Result<json::object> found_by(const std::string& step, std::size_t task) {
    json::object found;
    TRY(files_.each(
        step, ParcelKind::Found,
        [&](std::size_t, const Parcel& parcel) { found = json::parse(parcel.bytes).as_object(); }, task));
    return found;
  }

  Result<void> pack() {
    if (TRY(files_.note("pack"))) return read_survey();
    std::size_t task = 0;
    std::vector<std::uint64_t> rows(inputs_.files.size());
    for (std::size_t file = 0; file < inputs_.files.size(); ++file) {
      std::uint64_t at = begins_[file];
      std::ifstream in(inputs_.files[file], std::ios::binary);
      const std::uint64_t size = fs::file_size(inputs_.files[file]);
      while (at < size) {
        std::vector<std::string> texts;
        std::vector<Piece> pieces;
        const std::size_t first = task;
        while (at < size && pieces.size() < inputs_.threads) {
          if (files_.has("pack", task)) {
            if (!pieces.empty()) break;
            const json::object known = TRY(found_by("pack", task++));
            at = known.at("end").to_number<std::uint64_t>();
            rows[file] += known.at("rows").to_number<std::uint64_t>();
            continue;
          }
          texts.push_back(TRY(read_piece(in, inputs_.files[file], at, size)));
          at += texts.back().size();
          pieces.push_back({file, at, 0});
          ++task;
        }
        TRY(pack_pieces(first, pieces, texts, rows[file]));
        for (const Piece& piece : pieces) rows[file] += piece.rows;
      }
    }
    if (task == 0) return Problem{"There are no rows to link.", "", "Check that the files hold data."};
    return survey(task);
  }

  // Whole rows from `at` on.
  Result<std::string> read_piece(std::ifstream& in, const std::string& name, std::uint64_t at,
                                 std::uint64_t size) const {
    for (std::size_t wanted = kPiece;; wanted *= 2) {
      std::string text(std::min<std::uint64_t>(wanted, size - at), '\0');
      in.clear();
      in.seekg(static_cast<std::streamoff>(at));
      in.read(text.data(), static_cast<std::streamsize>(text.size()));
      if (static_cast<std::size_t>(in.gcount()) != text.size()) {
        return Problem{"The file can't be read.", name, "Check the disk, and that nobody changes the file."};
      }
      if (at + text.size() == size) return text;
      const std::size_t end = linkage::end_of_rows(text);
      if (end == 0 && text.size() > linkage::kLongestRow) return text;  // What is wrong is found in reading it.
      if (end == 0) continue;
      text.resize(end);
      return text;
    }
  }

  Result<void> pack_pieces(std::size_t first, std::vector<Piece>& pieces, const std::vector<std::string>& texts,
                           std::uint64_t rows_before) {
    std::vector<Problems> problems(pieces.size());
    in_parallel(inputs_.threads, pieces.size(), [&](unsigned, std::size_t i) {
      const auto packed =
          files_.run_one("pack", first + i, [&](std::size_t, const linkage::Send& send) -> Result<void> {
            linkage::Pack pack(settings_, send);
            pieces[i].rows = pack.add_csv(sources_[pieces[i].file], texts[i], 2);
            const linkage::Pack::Survey survey = TRY(pack.finish());
            send(found({{"end", pieces[i].end},
                        {"rows", pieces[i].rows},
                        {"names", json::array(survey.names.begin(), survey.names.end())},
                        {"numbers", numbers_json(survey)}}));
            return {};
          });
      if (!packed.ok()) problems[i] = packed.problems();
    });
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (!problems[i].empty()) {
        if (rows_before == 0) return problems[i];
        // Once more, with the rows' own numbers.
        linkage::Pack pack(settings_, [](Parcel) {});
        pack.add_csv(sources_[pieces[i].file], texts[i], rows_before + 2);
        TRY(pack.finish());
        return problems[i];
      }
      rows_before += pieces[i].rows;
    }
    return {};
  }

  static json::array numbers_json(const linkage::Pack::Survey& survey) {
    json::array numbers;
    for (const auto& one : survey.numbers) numbers.push_back(json::array{one.field, one.value, one.records});
    return numbers;
  }

  // What the pieces say together.
  Result<void> survey(std::size_t tasks) {
    std::set<std::string> names;
    std::set<std::pair<std::string, std::string>> numbers;
    std::uint64_t records = 0;
    for (std::size_t task = 0; task < tasks; ++task) {
      const json::object one = TRY(found_by("pack", task));
      records += one.at("rows").to_number<std::uint64_t>();
      for (const json::value& name : one.at("names").as_array()) names.insert(std::string(name.as_string()));
      for (const json::value& number : one.at("numbers").as_array()) {
        numbers.emplace(number.as_array().at(0).as_string(), number.as_array().at(1).as_string());
      }
    }
    const std::vector<std::string> all(names.begin(), names.end());
    const std::vector<std::string> settled = linkage::settle_names(all);
    TRY(files_.finish("pack",
                      json::serialize(json::object{{"records", records},
                                                   {"names", json::array(settled.begin(), settled.end())},
                                                   {"suspects", pairs_json({numbers.begin(), numbers.end()})}})));
    return read_survey();
  }

  Result<void> read_survey() {
    const json::object note = json::parse(*TRY(files_.note("pack"))).as_object();
    records_ = note.at("records").to_number<std::uint64_t>();
    std::vector<std::string> names;
    for (const json::value& name : note.at("names").as_array()) names.emplace_back(name.as_string());
    settings_.whole.names = linkage::known_names(names);
    for (const json::value& one : note.at("suspects").as_array()) {
      suspects_.emplace_back(one.as_array().at(0).as_string(), one.as_array().at(1).as_string());
    }
    return {};
  }

  Result<void> count_placeholders() {
    if (suspects_.empty()) return {};
    linkage::SpreadSettings counting = settings_;
    counting.whole.placeholders = suspects_;
    TRY(files_.run(
        "count_numbers", settings_.buckets, [&](std::size_t bucket, const linkage::Send& send) -> Result<void> {
          const auto parcels = TRY(files_.of_bucket("pack", static_cast<std::uint32_t>(bucket), {ParcelKind::Home}));
          if (parcels.empty()) return {};
          send(found(numbers_json(TRY(linkage::survey_home(counting, parcels)))));
          return {};
        }));
    std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
    TRY(files_.each("count_numbers", ParcelKind::Found, [&](std::size_t, const Parcel& parcel) {
      for (const json::value& one : array_in(parcel.bytes)) {
        const json::array& number = one.as_array();
        counts[{std::string(number.at(0).as_string()), std::string(number.at(1).as_string())}] +=
            number.at(2).to_number<std::uint64_t>();
      }
    }));
    for (const auto& [number, count] : counts) {
      if (!linkage::names_nobody(count, records_)) continue;
      settings_.whole.placeholders.push_back(number);
      std::cerr << "note: " << number.first << ": " << count << " records have " << number.second
                << ", which names nobody; counted as missing.\n";
    }
    return {};
  }

  using BucketWork =
      std::function<Result<void>(std::uint32_t bucket, std::vector<Parcel> parcels, const linkage::Send&)>;
  Result<void> each_bucket(const std::string& step, const std::string& from, std::vector<ParcelKind> kinds,
                           const BucketWork& work) {
    return files_.run(step, settings_.buckets, [&](std::size_t task, const linkage::Send& send) -> Result<void> {
      const auto bucket = static_cast<std::uint32_t>(task);
      return work(bucket, TRY(files_.of_bucket(from, bucket, kinds)), send);
    });
  }

  Result<void> pair() {
    auto note = TRY(files_.note("pair"));
    if (!note) {
      TRY(route());
      TRY(find_large_blocks());
      TRY(each_bucket(
          "pair", "route", {ParcelKind::Rows},
          [&](std::uint32_t bucket, std::vector<Parcel> parcels, const linkage::Send& send) -> Result<void> {
            const auto counts = TRY(linkage::pair(settings_, bucket, std::move(parcels), send));
            send(found(json::array(counts.begin(), counts.end())));
            return {};
          }));
      std::uint64_t pairs = 0;
      TRY(files_.each("pair", ParcelKind::Found, [&](std::size_t, const Parcel& parcel) {
        for (const json::value& count : array_in(parcel.bytes)) pairs += count.to_number<std::uint64_t>();
      }));
      note = json::serialize(json::object{{"pairs", pairs}, {"large", large_}});
      TRY(files_.finish("pair", *note));
    }
    files_.remove("route");
    const json::object read = json::parse(*note).as_object();
    pairs_ = read.at("pairs").to_number<std::uint64_t>();
    large_ = read.at("large").as_array();
    return {};
  }

  Result<void> route() {
    auto note = TRY(files_.note("route"));
    if (!note) {
      TRY(each_bucket("route", "pack", {ParcelKind::Home},
                      [&](std::uint32_t, std::vector<Parcel> parcels, const linkage::Send& send) -> Result<void> {
                        const auto repeated = TRY(linkage::route(settings_, std::move(parcels), send));
                        if (!repeated.empty()) send(found(json::array(repeated.begin(), repeated.end())));
                        return {};
                      }));
      std::set<std::string> repeated;
      TRY(files_.each("route", ParcelKind::Found, [&](std::size_t, const Parcel& parcel) {
        for (const json::value& id : array_in(parcel.bytes)) repeated.emplace(id.as_string());
      }));
      note = json::serialize(json::array(repeated.begin(), repeated.end()));
      TRY(files_.finish("route", *note));
    }
    Problems problems;
    for (const json::value& id : array_in(*note)) {
      if (problems.size() == 20) break;
      problems.push_back({"An id is there twice: " + std::string(id.as_string()) + ".", id_column_,
                          "Give every row an id of its own, then begin anew in another folder."});
    }
    if (!problems.empty()) return problems;
    return {};
  }

  Result<void> find_large_blocks() {
    auto note = TRY(files_.note("count_blocks"));
    if (!note) {
      TRY(each_bucket(
          "count_blocks", "route", {ParcelKind::Rows},
          [&](std::uint32_t bucket, std::vector<Parcel> parcels, const linkage::Send& send) -> Result<void> {
            for (const auto& block : linkage::count_blocks(settings_, bucket, std::move(parcels))) {
              send(found(
                  {{"rule", block.rule}, {"key", block.key}, {"records", block.records}, {"example", block.example}}));
            }
            return {};
          }));
      json::array all;
      TRY(files_.each("count_blocks", ParcelKind::Found,
                      [&](std::size_t, const Parcel& parcel) { all.push_back(json::parse(parcel.bytes)); }));
      note = json::serialize(all);
      TRY(files_.finish("count_blocks", *note));
    }
    large_ = array_in(*note);
    for (const json::value& block : large_) {
      settings_.skipped.emplace_back(block.at("rule").to_number<std::uint32_t>(),
                                     block.at("key").to_number<std::uint32_t>());
    }
    return {};
  }

  // The step whose arcs are stars.
  Result<std::string> components() {
    TRY(files_.run("decided", 1, [&](std::size_t, const linkage::Send& send) -> Result<void> {
      linkage::decided_arcs(settings_, send);
      return {};
    }));
    std::string before = "pair";
    for (int round = 1;; ++round) {
      const std::string large = "large_star_" + std::to_string(round), small = "small_star_" + std::to_string(round);
      auto note = TRY(files_.note(small));
      if (!note) {
        TRY(files_.run(large, settings_.buckets, [&](std::size_t task, const linkage::Send& send) -> Result<void> {
          const auto bucket = static_cast<std::uint32_t>(task);
          auto parcels = TRY(files_.of_bucket(before, bucket, {ParcelKind::Arcs}));
          if (round == 1) {
            for (Parcel& parcel : TRY(files_.of_bucket("decided", bucket, {ParcelKind::Arcs}))) {
              parcels.push_back(std::move(parcel));
            }
          }
          linkage::large_star(settings_, std::move(parcels), send);
          return {};
        }));
        TRY(each_bucket(small, large, {ParcelKind::Arcs, ParcelKind::Changes},
                        [&](std::uint32_t, std::vector<Parcel> parcels, const linkage::Send& send) -> Result<void> {
                          linkage::small_star(settings_, std::move(parcels), send);
                          return {};
                        }));
        note = "same";
        TRY(files_.each(small, ParcelKind::Changes, [&](std::size_t, const Parcel&) { note = "changed"; }));
        TRY(files_.finish(small, *note));
      }
      files_.remove(large);
      if (round > 1) files_.remove(before);
      if (*note == "same") return small;
      before = small;
    }
  }

  Result<void> decide(const std::string& arcs) {
    if (!TRY(files_.note("decide"))) {
      TRY(files_.run("attach", settings_.buckets, [&](std::size_t task, const linkage::Send& send) -> Result<void> {
        const auto bucket = static_cast<std::uint32_t>(task);
        auto parcels = TRY(files_.of_bucket("pack", bucket, {ParcelKind::Home}));
        for (const auto& [step, kind] :
             {std::pair(std::string("pair"), ParcelKind::Edges), std::pair(arcs, ParcelKind::Arcs)}) {
          for (Parcel& parcel : TRY(files_.of_bucket(step, bucket, {kind}))) parcels.push_back(std::move(parcel));
        }
        linkage::attach(settings_, std::move(parcels), send);
        return {};
      }));
      TRY(each_bucket("decide", "attach", {ParcelKind::Single, ParcelKind::Component, ParcelKind::ComponentEdges},
                      [&](std::uint32_t, std::vector<Parcel> parcels, const linkage::Send& send) {
                        return linkage::decide(settings_, std::move(parcels), send);
                      }));
      TRY(files_.finish("decide", ""));
    }
    files_.remove("attach");
    files_.remove(arcs);
    files_.remove("pack");
    return {};
  }

  // What to tell.
  Result<std::string> write() {
    for (const std::string step : {"pair", "decide"}) {
      for (std::size_t task = 0; task < settings_.buckets; ++task) {
        if (files_.has(step, task)) continue;
        return Problem{"Files of the run are missing.", folder_, "Remove the folder, and run it again."};
      }
    }
    std::set<std::string> unknown;
    for (const auto* decided : {&settings_.decisions.always_link, &settings_.decisions.never_link}) {
      for (const auto& [a, b] : *decided) unknown.insert({a, b});
    }
    linkage::SpreadQueue queue(settings_.decisions);
    for (const std::string step : {"pair", "decide"}) {
      TRY(files_.each(step, ParcelKind::Questions, [&](std::size_t, const Parcel& parcel) { queue.add(parcel); }));
    }
    std::uint64_t clusters = 0;
    Result<void> read;
    TRY(write_durably(out_, [&](std::FILE* file) {
      std::string rows = "id,cluster_id,cluster_size,fate\n";
      bool is_written = true;
      const auto flush = [&] {
        is_written = is_written && std::fwrite(rows.data(), 1, rows.size(), file) == rows.size();
        rows.clear();
      };
      read = files_.each("decide", ParcelKind::Clusters, [&](std::size_t, const Parcel& parcel) {
        queue.add(parcel);
        each_member(parcel, [&](const linkage::FoundMember& member) {
          append_csv_cell(rows, member.id);
          rows += ',';
          rows += id_of_cluster(salt_, member.cluster).text();
          rows += ',';
          rows += std::to_string(member.records);
          rows += ",created\n";
          clusters += member.id == member.cluster;
          if (!unknown.empty()) unknown.erase(std::string(member.id));
        });
        flush();
      });
      return read.ok() && is_written;
    }));
    TRY(std::move(read));
    const auto questions = queue.finish();
    if (const auto path = arguments_.value("clerical")) {
      std::string queue_rows = kQueueHeader;
      for (const auto& one : questions) queue_rows += queue_row(one.a, one.b, one.reason, one.weight, one.information);
      TRY(write_file(*path, queue_rows));
    }
    if (!unknown.empty()) {
      std::cerr << "note: decisions are about " << unknown.size() << " records that are not here, the first "
                << *unknown.begin() << "; passed over.\n";
    }
    std::sort(large_.begin(), large_.end(), [](const json::value& x, const json::value& y) {
      return x.at("records").to_number<std::uint64_t>() > y.at("records").to_number<std::uint64_t>();
    });
    std::vector<LargeBlock> blocks;
    for (const json::value& block : large_) {
      blocks.push_back({to_text(settings_.model.blocking_rules[block.at("rule").to_number<std::size_t>()]),
                        block.at("records").to_number<std::size_t>(), block.at("example").as_string().c_str()});
    }
    tell_large_blocks(blocks);
    return std::to_string(records_) + " records are " + std::to_string(clusters) + " clusters; " +
           std::to_string(pairs_) + " pairs were compared, " + std::to_string(questions.size()) +
           " wait for a person.\n";
  }

  const Arguments& arguments_;
  const MatchInputs& inputs_;
  std::string folder_, out_, id_column_, salt_;
  ParcelFiles files_;
  linkage::SpreadSettings settings_;
  std::vector<linkage::SpreadFile> sources_;
  std::vector<std::uint64_t> begins_;  // By file: where its first row begins.
  std::vector<std::pair<std::string, std::string>> suspects_;
  std::uint64_t records_ = 0, pairs_ = 0;
  json::array large_;
};

}  // namespace

Result<void> match_in_pieces(const Arguments& arguments, const MatchInputs& inputs) {
  Problems problems;
  for (const std::string_view option : {"link", "previous", "changes", "charts"}) {
    if (!arguments.flag(option)) continue;
    problems.push_back(
        {"This can't be done in pieces.", "--" + std::string(option), "Leave it out, or leave out --work."});
  }
  if (!problems.empty()) return problems;
  return Pieces(arguments, inputs, TRY(needed(arguments, "work", "a folder for what is in between"))).run();
}

}  // namespace guildhall::app
