#pragma once

// Two prepared records beside each other: the level of every field, and the weight.

#include <array>

#include "matching/impl/prepared.h"
#include "matching/model.h"

namespace guildhall::matching {

// What the levels of a pair say about persons, whatever the model's figures.
struct Assessment {
  double weight = 0;
  std::array<LevelKind, kFieldCount> levels{};  // Missing for fields that the model does not compare.
  bool forename_agrees = false;  // Exactly, by another name, nickname or part, swapped, or within a typing slip.
  bool forename_differs = false;
  bool surname_differs = false;

  LevelKind level(Field field) const { return levels[static_cast<std::size_t>(field)]; }
  bool shares_number() const {  // An NHS number, or a permanent UPN.
    return level(Field::NhsNumber) == LevelKind::Exact || level(Field::Upn) == LevelKind::Exact ||
           level(Field::Upn) == LevelKind::Alternative;
  }
  bool different_nhs_numbers() const { return level(Field::NhsNumber) == LevelKind::Else; }
  bool different_upns() const { return level(Field::Upn) == LevelKind::Else; }
  bool sex_differs() const { return level(Field::Sex) == LevelKind::Else; }
  // One number, but contradictory persons: the number was typed into the wrong record, often that of a sibling.
  bool number_without_person() const;
  // Without a number in common: one birth date, but another forename, or a slip of it together with another sex.
  bool looks_like_twins() const;
};

// Prepared once per model and data; may be shared by threads.
class Scorer {
 public:
  // `records`: how many the pairs are chosen from.
  Scorer(const Prepared& prepared, const Model& model, std::size_t records);

  Assessment assess(std::uint32_t a, std::uint32_t b) const;
  Explanation explain(std::uint32_t a, std::uint32_t b) const;

 private:
  struct Level {
    LevelKind kind = LevelKind::Else;
    double weight = 0;
    double threshold = 0;
    double m_probability = 1;
    double u_probability = 1;
    bool adjusts_for_term_frequency = false;
  };
  struct Compared {
    Field field = Field::NhsNumber;
    std::vector<Level> levels;
  };
  struct Answer {
    LevelKind kind = LevelKind::Missing;
    double weight = 0;
    double threshold = 0;
  };

  Answer answer(const Compared& comparison, const PreparedRecord& a, const PreparedRecord& b) const;
  bool is_missing(Field field, const PreparedRecord& a, const PreparedRecord& b) const;
  bool holds(LevelKind kind, Field field, const PreparedRecord& a, const PreparedRecord& b) const;
  bool share(TermList a, TermList b) const;
  bool is_slip_of(Term a, Term b) const;
  bool contains(TermList list, Term term) const;

  const Prepared& prepared_;
  double records_ = 0;
  double prior_weight_ = 0;
  double least_frequency_ = 0;
  std::vector<Compared> comparisons_;
};

}  // namespace guildhall::matching
