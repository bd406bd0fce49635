#include "feel/pattern.h"

#include <gtest/gtest.h>

#include <thread>

namespace guildhall::feel {
namespace {

// "yes", "no", or "! " and what is wrong with the pattern or its use.
std::string matches(std::string_view input, std::string_view pattern, std::string_view flags = "") {
  const Result<Pattern> compiled = Pattern::compile(pattern, flags);
  if (!compiled.ok()) return "! " + compiled.problems()[0].what;
  const Result<bool> found = compiled->matches(input);
  if (!found.ok()) return "! " + found.problems()[0].what;
  return *found ? "yes" : "no";
}

std::string replace(std::string_view input, std::string_view pattern, std::string_view replacement,
                    std::string_view flags = "") {
  const Result<Pattern> compiled = Pattern::compile(pattern, flags);
  if (!compiled.ok()) return "! " + compiled.problems()[0].what;
  const Result<std::string> replaced = compiled->replace(input, replacement, 1'000'000);
  return replaced.ok() ? *replaced : "! " + replaced.problems()[0].what;
}

// The pieces joined by " / ".
std::string split(std::string_view input, std::string_view pattern, std::string_view flags = "") {
  const Result<Pattern> compiled = Pattern::compile(pattern, flags);
  if (!compiled.ok()) return "! " + compiled.problems()[0].what;
  const Result<std::vector<std::string>> pieces = compiled->split(input, 1000);
  if (!pieces.ok()) return "! " + pieces.problems()[0].what;
  std::string joined;
  for (const std::string& piece : *pieces) joined += (&piece == &pieces->front() ? "" : " / ") + piece;
  return joined;
}

// "where: what" of a pattern that isn't one; "fine" of one that is.
std::string mistake(std::string_view pattern, std::string_view flags = "") {
  const Result<Pattern> compiled = Pattern::compile(pattern, flags);
  return compiled.ok() ? "fine" : compiled.problems()[0].where + ": " + compiled.problems()[0].what;
}

bool is_mistake(std::string_view pattern, std::string_view flags = "") {
  return !Pattern::compile(pattern, flags).ok();
}

constexpr std::string_view kPoem =
    "Kaum hat dies der Hahn gesehen,\nFängt er auch schon an zu krähen:\nKikeriki! Kikikerikih!!\nTak, tak, tak! - da "
    "kommen sie.";

TEST(Pattern, MatchesAsTheExamplesOfTheStandard) {
  // F&O 5.6.3 (fn:matches), examples.
  EXPECT_EQ(matches("abracadabra", "bra"), "yes");
  EXPECT_EQ(matches("abracadabra", "^a.*a$"), "yes");
  EXPECT_EQ(matches("abracadabra", "^bra"), "no");
  EXPECT_EQ(matches(kPoem, "Kaum.*krähen"), "no");
  EXPECT_EQ(matches(kPoem, "Kaum.*krähen", "s"), "yes");
  EXPECT_EQ(matches(kPoem, "^Kaum.*gesehen,$", "m"), "yes");
  EXPECT_EQ(matches(kPoem, "^Kaum.*gesehen,$"), "no");
  EXPECT_EQ(matches(kPoem, "kiki", "i"), "yes");
  // F&O 5.6.2, flag x.
  EXPECT_EQ(matches("helloworld", "hello world", "x"), "yes");
  EXPECT_EQ(matches("helloworld", "hello[ ]world", "x"), "no");
  EXPECT_EQ(matches("hello world", "hello\\ sworld", "x"), "yes");
  EXPECT_EQ(matches("hello world", "hello world", "x"), "no");
  // F&O 5.6.1, on back-references: words in either quotation marks.
  EXPECT_EQ(matches("say \"it's\" now", "('|\").*\\1"), "yes");
  EXPECT_EQ(matches("say \"its' now", "('|\").*\\1"), "no");
}

TEST(Pattern, ReplacesAsTheExamplesOfTheStandard) {
  // F&O 5.6.4 (fn:replace), examples.
  EXPECT_EQ(replace("abracadabra", "bra", "*"), "a*cada*");
  EXPECT_EQ(replace("abracadabra", "a.*a", "*"), "*");
  EXPECT_EQ(replace("abracadabra", "a.*?a", "*"), "*c*bra");
  EXPECT_EQ(replace("abracadabra", "a", ""), "brcdbr");
  EXPECT_EQ(replace("abracadabra", "a(.)", "a$1$1"), "abbraccaddabbra");
  EXPECT_TRUE(replace("abracadabra", ".*?", "$1").starts_with("! This pattern matches the empty text"));
  EXPECT_EQ(replace("AAAA", "A+", "b"), "b");
  EXPECT_EQ(replace("AAAA", "A+?", "b"), "bbbb");
  EXPECT_EQ(replace("darted", "^(.*?)d(.*)$", "$1c$2"), "carted");
  EXPECT_EQ(replace("abcd", "(ab)|(a)", "[1=$1][2=$2]"), "[1=ab][2=]cd");
  EXPECT_EQ(replace("a\\b\\c", "\\", "\\\\", "q"), "a\\\\b\\\\c");
  EXPECT_EQ(replace("a/b/c", "/", "$", "q"), "a$b$c");
}

TEST(Pattern, SplitsAsTheExamplesOfTheStandard) {
  // F&O 5.6.5 (fn:tokenize), examples, and those of DMN 1.5, 10.3.4.3 (split).
  EXPECT_EQ(split("The cat sat on the mat", "\\s+"), "The / cat / sat / on / the / mat");
  EXPECT_EQ(split(" red green blue ", "\\s+"), " / red / green / blue / ");
  EXPECT_EQ(split("1, 15, 24, 50", ",\\s*"), "1 / 15 / 24 / 50");
  EXPECT_EQ(split("1,15,,24,50,", ","), "1 / 15 /  / 24 / 50 / ");
  EXPECT_EQ(split("Some unparsed <br> HTML <BR> text", "\\s*<br>\\s*", "i"), "Some unparsed / HTML / text");
  EXPECT_TRUE(split("abba", ".?").starts_with("! This delimiter matches the empty text"));
  EXPECT_EQ(split("John Doe", "\\s"), "John / Doe");
  EXPECT_EQ(split("a;b;c;;", ";"), "a / b / c /  / ");
  EXPECT_EQ(split("", ";"), "");
  ASSERT_TRUE(Pattern::compile(";", "")->split("", 1).ok());
  EXPECT_EQ(Pattern::compile(";", "")->split("", 1)->size(), 1);
}

TEST(Pattern, AnchorsMeanTheWholeTextOrItsLines) {
  EXPECT_EQ(matches("a\n", "a$"), "no");  // Perl's $ would match here.
  EXPECT_EQ(matches("a\n", "a$", "m"), "yes");
  EXPECT_EQ(matches("a\nb", "^b"), "no");
  EXPECT_EQ(matches("a\nb", "^b", "m"), "yes");
  EXPECT_EQ(matches("a\rb", "^b", "m"), "no");
  EXPECT_EQ(matches("a\xE2\x80\xA8"
                    "b",
                    "^b", "m"),
            "no");
  // A newline at the end begins no line, and after it none ends.
  EXPECT_EQ(matches("a\n", "\\n^", "m"), "no");
  EXPECT_EQ(matches("a\n", "\\n$", "m"), "no");
  EXPECT_EQ(matches("a\n\nb", "^$", "m"), "yes");
  EXPECT_EQ(matches("a\n\n", "^$", "m"), "yes");
  EXPECT_EQ(matches("a\nb", "^$", "m"), "no");
  EXPECT_EQ(matches("", "^$"), "yes");
  EXPECT_EQ(matches("", "^$", "m"), "yes");
  EXPECT_EQ(replace("one\ntwo\n", "^.", "_", "m"), "_ne\n_wo\n");
  // They are atoms as any other (F&O 5.6.1: charClass ::= … | "^" | "$").
  EXPECT_EQ(matches("ab", "a^*b$?"), "yes");
  EXPECT_EQ(matches("ab", "a^+b"), "no");
}

TEST(Pattern, TheDotStopsAtLinesOnly) {
  EXPECT_EQ(matches("a\nb", "a.b"), "no");
  EXPECT_EQ(matches("a\rb", "a.b"), "no");
  EXPECT_EQ(matches("a\nb", "a.b", "s"), "yes");
  EXPECT_EQ(matches("a\xC2\x85"
                    "b",
                    "a.b"),
            "yes");  // U+0085 ends lines for Unicode, not for XPath.
  EXPECT_EQ(matches("a😀b", "^a.b$"), "yes");
}

TEST(Pattern, CaseIsIgnoredForCharactersAndRangesOnly) {
  // F&O 5.6.2, flag i, with its examples.
  EXPECT_EQ(matches("Z", "z", "i"), "yes");
  EXPECT_EQ(matches("Z", "z"), "no");
  EXPECT_EQ(matches("É", "é", "i"), "yes");
  EXPECT_EQ(matches("\u212A", "[A-Z]", "i"), "yes");
  EXPECT_EQ(matches("\u212A", "k", "i"), "yes");
  EXPECT_EQ(matches("k", "\u212A", "i"), "yes");
  for (const char* const letter : {"A", "B", "a", "b"}) EXPECT_EQ(matches(letter, "[A-Z-[IO]]", "i"), "yes") << letter;
  for (const char* const letter : {"I", "O", "i", "o"}) EXPECT_EQ(matches(letter, "[A-Z-[IO]]", "i"), "no") << letter;
  EXPECT_EQ(matches("q", "[^Q]", "i"), "no");
  EXPECT_EQ(matches("r", "[^Q]", "i"), "yes");
  for (const char* const word : {"Mum", "mom", "Dad", "DUD"}) {
    EXPECT_EQ(matches(word, "([md])[aeiou]\\1", "i"), "yes") << word;
  }
  EXPECT_EQ(matches("Mud", "([md])[aeiou]\\1", "i"), "no");
  EXPECT_EQ(matches("m", "\\p{Lu}", "i"), "no");
  EXPECT_EQ(matches("m", "[\\p{Lu}]", "i"), "no");
  // Variants are single characters: "ß" and "ss" are none of each other.
  EXPECT_EQ(matches("STRASSE", "straße", "i"), "no");
  EXPECT_EQ(matches("STRAẞE", "straße", "i"), "yes");
  // Both share a case with θ, but neither with the other.
  EXPECT_EQ(matches("\u03D1", "θ", "i"), "yes");
  EXPECT_EQ(matches("\u03F4", "θ", "i"), "yes");
  EXPECT_EQ(matches("\u03F4", "\u03D1", "i"), "no");
  EXPECT_EQ(matches("a+B", "A+b", "iq"), "yes");
}

TEST(Pattern, SpacesAreRemovedBeforeThePatternIsRead) {
  EXPECT_EQ(matches("hello world", "he ll o[ ]worl d", "x"), "yes");
  EXPECT_EQ(matches("hello world", "\\p{ I s B a s i c L a t i n }+", "x"), "yes");
  EXPECT_EQ(matches("aaa", "^ a { 3 } $", "x"), "yes");
  EXPECT_EQ(matches("a b", "a[^\\] x]b # ", "x"), "no");
  EXPECT_EQ(matches("ayb#", "a[^\\] x]b # ", "x"), "yes");
  EXPECT_EQ(matches("[ab", "\\ [ a b", "x"), "yes");
  EXPECT_EQ(matches("y z", "[x-z-[ x ]][ ]z", "x"), "yes");
  EXPECT_EQ(mistake("a b ( c", "x"), "character 5 of the pattern: This ( has no ).");
}

TEST(Pattern, QuotedPatternsArePlainText) {
  EXPECT_EQ(matches("a.b", "a.b", "q"), "yes");
  EXPECT_EQ(matches("axb", "a.b", "q"), "no");
  EXPECT_EQ(matches("a b", "a b", "qx"), "yes");
  EXPECT_EQ(matches("b\n^a", "^a", "qm"), "yes");
  EXPECT_EQ(matches("b\na", "^a", "qm"), "no");
  EXPECT_EQ(replace("(a)", "(A)", "$1\\", "qi"), "$1\\");
}

TEST(Pattern, OnlyTheEscapesOfTheStandardExist) {
  EXPECT_EQ(matches("\n\r\t", "^\\n\\r\\t$"), "yes");
  EXPECT_EQ(matches("\\|.?*+(){}-[]^$", "^\\\\\\|\\.\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\$$"), "yes");
  for (const char* const pattern :
       {"\\b", "\\B", "\\A", "\\z", "\\Z", "\\x41", "\\u0041", "\\Q",   "\\h",   "\\v", "\\f",
        "\\0", "\\e", "\\k", "\\ ", "\\/", "\\\"",  "\\a",     "[\\b]", "[\\1]", "\\"}) {
    EXPECT_TRUE(is_mistake(pattern)) << pattern;
  }
  EXPECT_EQ(mistake("ab\\"), "character 3 of the pattern: The pattern ends with a \\.");
}

TEST(Pattern, EscapesStandForTheSetsOfXmlSchema) {
  EXPECT_EQ(matches(" \t\n\r", "^\\s{4}$"), "yes");
  EXPECT_EQ(matches("\u00A0\f\v", "\\s"), "no");
  EXPECT_EQ(matches("\u00A0\f\v", "^\\S{3}$"), "yes");
  EXPECT_EQ(matches("7\u0667", "^\\d\\d$"), "yes");
  EXPECT_EQ(matches("\u00B2\u2167", "^\\D\\D$"), "yes");  // Superscript two is No, the Roman numeral Nl.
  EXPECT_EQ(matches("a1é+€\u0301", "^\\w+$"), "yes");     // Symbols are \w here, unlike in Perl.
  EXPECT_EQ(matches("_-. !", "^\\W+$"), "yes");
  EXPECT_EQ(matches("a", "\\W"), "no");
  EXPECT_EQ(matches("_:aé", "^\\i+$"), "yes");
  EXPECT_EQ(matches("-.1·", "^\\I+$"), "yes");
  EXPECT_EQ(matches("-.1·a", "^\\c+$"), "yes");
  EXPECT_EQ(matches(" +×÷", "^\\C+$"), "yes");
  EXPECT_EQ(matches("a\nb c", "^[\\w\\s]+$"), "yes");
  EXPECT_EQ(matches("ab", "[^\\w]"), "no");
  EXPECT_EQ(matches("a b", "[^\\S]"), "yes");
  EXPECT_EQ(matches("ab", "[^\\S]"), "no");
  EXPECT_EQ(matches("a-", "[^\\wx]"), "yes");
}

TEST(Pattern, CategoriesAndBlocksAreUnicodes) {
  EXPECT_EQ(matches("Éa", "^\\p{Lu}\\P{Lu}$"), "yes");
  EXPECT_EQ(matches("a\u01C5\u02B0\u00AA", "^\\p{L}+$"), "yes");
  EXPECT_EQ(matches("\u0378", "\\p{Cn}"), "yes");
  EXPECT_EQ(matches("az~\t", "^\\p{IsBasicLatin}+$"), "yes");
  EXPECT_EQ(matches("é", "\\p{IsBasicLatin}"), "no");
  EXPECT_EQ(matches("é", "\\P{IsBasicLatin}"), "yes");
  EXPECT_EQ(matches("é", "\\p{IsLatin-1Supplement}"), "yes");
  EXPECT_EQ(matches("Ω", "[\\p{IsGreek}]"), "yes");
  EXPECT_EQ(matches("Ω", "\\p{IsGreekandCoptic}"), "yes");
  EXPECT_EQ(matches("\u20D0", "\\p{IsCombiningMarksforSymbols}"), "yes");
  EXPECT_EQ(matches("\uE000", "\\p{IsPrivateUse}"), "yes");
  EXPECT_EQ(matches("\u3400", "\\p{IsCJKUnifiedIdeographsExtensionA}"), "yes");
  for (const char* const pattern : {"\\p",
                                    "\\pL",
                                    "\\p{",
                                    "\\p{}",
                                    "\\p{L",
                                    "\\p{Cs}",
                                    "\\p{LU}",
                                    "\\p{lu}",
                                    "\\p{Letter}",
                                    "\\p{^Lu}",
                                    "\\p{IsNothing}",
                                    "\\p{Is}",
                                    "\\p{BasicLatin}",
                                    "\\p{IsASCII}",
                                    "\\p{IsBasic Latin}",
                                    "\\p{IsNoBlock}",
                                    "\\p{Alphabetic}",
                                    "\\p{IsL}",
                                    "\\p{ Lu}",
                                    "\\p{Isé}"}) {
    EXPECT_TRUE(is_mistake(pattern)) << pattern;
  }
}

TEST(Pattern, QuantifiersRepeatWhatStandsBefore) {
  EXPECT_EQ(matches("aaa", "^a{3}$"), "yes");
  EXPECT_EQ(matches("aaa", "^a{2,}$"), "yes");
  EXPECT_EQ(matches("aaa", "^a{1,2}$"), "no");
  EXPECT_EQ(matches("b", "^a{0}b$"), "yes");
  EXPECT_EQ(matches("ab", "^(a){0}ab\\1$"), "yes");
  EXPECT_EQ(matches("abab", "^(ab){0,2}$"), "yes");
  EXPECT_EQ(matches("😀😀", "^😀{2}$"), "yes");
  EXPECT_EQ(replace("aaaa", "a{2,3}", "b"), "ba");
  EXPECT_EQ(replace("aaaa", "a{2,3}?", "b"), "bb");
  EXPECT_EQ(replace("<a><b>", "<.+?>", "x"), "xx");
  EXPECT_EQ(matches("ab", "a??b"), "yes");
  EXPECT_EQ(matches("aac", "^(a?)*?b$"), "no");  // What repeats nothing stops.
  EXPECT_EQ(matches("aab", "^(?:(?:)+?a?)+?b$"), "yes");
  for (const char* const pattern :
       {"*",    "?a",      "+",     "a|*",  "(*)", "(?:+a)", "a**",      "a++",        "a*+",
        "a?+",  "a{2}{3}", "a{2}+", "a???", "a{",  "a{}",    "a{,2}",    "a{2",        "a{2,1}",
        "a{x}", "a{ 2}",   "a{-1}", "{2}",  "a}",  "}",      "a{1,2,3}", "a{10000000}"}) {
    EXPECT_TRUE(is_mistake(pattern)) << pattern;
  }
  EXPECT_EQ(mistake("ab{3,2}"), "character 3 of the pattern: \"At least 3 and at most 2 times\" can't be.");
}

TEST(Pattern, GroupsAreRoundBrackets) {
  EXPECT_EQ(matches("abab", "^(?:ab)+$"), "yes");
  EXPECT_EQ(matches("", "()"), "yes");
  EXPECT_EQ(matches("", ""), "yes");
  EXPECT_EQ(matches("ac", "^a(b|)c$"), "yes");
  EXPECT_EQ(matches("x", "a||b"), "yes");
  EXPECT_EQ(matches("b", "^(|a|b)$"), "yes");
  for (const char* const pattern : {"(", ")", "(a", "a)", "(?=a)", "(?!a)", "(?<=a)", "(?<n>a)", "(?i)a", "(?>a)",
                                    "(?#a)", "(?", "(?:a", "((a)", "]", "a]", "[a"}) {
    EXPECT_TRUE(is_mistake(pattern)) << pattern;
  }
  EXPECT_EQ(mistake("a(b(c)"), "character 2 of the pattern: This ( has no ).");
}

TEST(Pattern, BackReferencesNeedAnEndedGroup) {
  EXPECT_EQ(matches("abcabc", "^(...)\\1$"), "yes");
  EXPECT_EQ(matches("abcabd", "^(...)\\1$"), "no");
  EXPECT_EQ(matches("aa0", "^(a)\\10$"), "yes");  // There is no group 10: \1 and "0".
  EXPECT_EQ(matches("abcdefghijj", "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$"), "yes");
  EXPECT_EQ(matches("abcdefghija0", "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$"), "no");
  EXPECT_EQ(matches("abba", "^((a)(b))\\3\\2$"), "yes");
  // One that hasn't matched is empty.
  EXPECT_EQ(matches("b", "^(?:(a)|b)\\1$"), "yes");
  EXPECT_EQ(matches("a", "^(?:(a)|b)\\1$"), "no");
  EXPECT_EQ(matches("aa", "^(?:(a)|b)\\1$"), "yes");
  EXPECT_EQ(matches("cc", "^(a|b||c)\\1$"), "yes");
  EXPECT_EQ(replace("xaay", "(a)\\1", "[$1]"), "x[a]y");
  EXPECT_EQ(replace("abba", "(a)(b)\\2", "$2$1"), "baa");
  for (const char* const pattern : {"\\1", "(a)\\2", "(a\\1)", "\\1(a)", "(?:a)\\1", "(a)(b\\2)"}) {
    EXPECT_TRUE(is_mistake(pattern)) << pattern;
  }
}

TEST(Pattern, ClassesHaveRangesNegationsAndSubtractions) {
  EXPECT_EQ(matches("e", "[a-z-[aeiou]]"), "no");
  EXPECT_EQ(matches("f", "[a-z-[aeiou]]"), "yes");
  EXPECT_EQ(matches("e", "^[a-z-[aeiou-[e]]]$"), "yes");
  EXPECT_EQ(matches("5", "[^a-z-[5]]"), "no");
  EXPECT_EQ(matches("6", "[^a-z-[5]]"), "yes");
  EXPECT_EQ(matches("a", "[^a-z-[5]]"), "no");
  EXPECT_EQ(matches("a", "[a-[a]]"), "no");
  EXPECT_EQ(matches("Ab", "^[\\p{L}-[\\p{Lu}]]$"), "no");
  EXPECT_EQ(matches("b", "^[\\p{L}-[\\p{Lu}]]$"), "yes");
  EXPECT_EQ(matches("-a", "^[-a]+$"), "yes");
  EXPECT_EQ(matches("a-", "^[a-]+$"), "yes");
  EXPECT_EQ(matches("-", "^[--]$"), "yes");
  EXPECT_EQ(matches("-", "[^-]"), "no");
  EXPECT_EQ(matches("a-", "^[a--[b]]+$"), "yes");
  EXPECT_EQ(matches("-", "[a-z-[b]]"), "no");
  EXPECT_EQ(matches("5-", "^[\\d-]+$"), "yes");
  EXPECT_EQ(matches("+,-", "^[+-\\-]+$"), "yes");
  EXPECT_EQ(matches("a^", "^[a^]+$"), "yes");
  EXPECT_EQ(matches("^", "[^^]"), "no");
  EXPECT_EQ(matches("&&|.*+?(){}$#~:=!@", "^[&&|.*+?(){}$#~:=!@]+$"), "yes");
  EXPECT_EQ(matches("[:alpha:]", "^[\\[:alph\\]]+$"), "yes");
  EXPECT_EQ(matches("é😀", "^[à-ü😀-😂]+$"), "yes");
  for (const char* const pattern :
       {"[]",      "[^]",      "[]a]",   "[",           "[^",      "[a",         "[a-",   "[z-a]",
        "[a-c-e]", "[--a]",    "[+--]",  "[\\d-z]",     "[a-\\d]", "[a[b]]",     "[[a]]", "[-[a]]",
        "[^-[a]]", "[a-[b]c]", "[a-[b]", "[a-[b]-[c]]", "[a-[]]",  "[[:alpha:]]"}) {
    EXPECT_TRUE(is_mistake(pattern)) << pattern;
  }
  EXPECT_EQ(mistake("x[z-a]"), "character 3 of the pattern: This range goes backwards.");
}

TEST(Pattern, ReplacementsNameGroupsByTheLongestNumberThatExists) {
  EXPECT_EQ(replace("abc", "(a)(b)(c)", "$12"), "a2");
  EXPECT_EQ(replace("abc", "(a)(b)(c)", "$5|$0|$3"), "|abc|c");
  EXPECT_EQ(replace("abc", "abc", "$12"), "2");
  EXPECT_EQ(replace("abcdefghijk", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "$11$10$111"), "kjk1");
  EXPECT_EQ(replace("abc", "(a)(b)(c)", "$012"), "a2");
  EXPECT_EQ(replace("abc", "b", "\\$1\\\\"), "a$1\\c");
  EXPECT_EQ(replace("fooé", "é", "$0$0 €"), "fooéé €");
  for (const char* const replacement : {"$", "a$", "$a", "\\", "\\n", "a\\", "\\1", "$$1"}) {
    EXPECT_TRUE(replace("abc", "b", replacement).starts_with("! In a replacement")) << replacement;
    EXPECT_TRUE(replace("xyz", "b", replacement).starts_with("! In a replacement")) << replacement;
  }
}

TEST(Pattern, UnknownFlagsAreAProblem) {
  EXPECT_EQ(matches("A", "a", "smix"), "yes");
  EXPECT_EQ(matches("A", "a", "ii"), "yes");
  for (const char* const flags : {"g", "I", "i,m", " ", "j"}) EXPECT_TRUE(is_mistake("a", flags)) << flags;
}

TEST(Pattern, TextsThatAreNotUtf8AreAProblem) {
  EXPECT_TRUE(is_mistake("\xFF"));
  EXPECT_TRUE(is_mistake("[\xC3]"));
  EXPECT_EQ(matches("a\xED\xA0\x80", "a"), "! This text is not valid UTF-8.");
  EXPECT_EQ(replace("a", "a", "\xC3"), "! This text is not valid UTF-8.");
  EXPECT_EQ(split("a\x80", "a"), "! This text is not valid UTF-8.");
  EXPECT_EQ(matches(std::string_view("a\0b", 3), std::string_view("\0b", 2)), "yes");
}

TEST(Pattern, SizesAreBounded) {
  EXPECT_FALSE(is_mistake(std::string(10'000, 'a'), "i"));
  EXPECT_TRUE(is_mistake(std::string(10'001, 'a')));
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + std::string(depth, ')'); };
  EXPECT_FALSE(is_mistake(nested(45)));
  EXPECT_FALSE(is_mistake(nested(45) + "\\1", "i"));
  EXPECT_TRUE(is_mistake(nested(46)));
  std::string classes = "[b]";
  for (int level = 1; level < 45; ++level) classes = "[a-" + classes + "]";
  EXPECT_FALSE(is_mistake(classes));
  EXPECT_TRUE(is_mistake("[a-" + classes + "]"));
  const Result<Pattern> a = Pattern::compile("a", "");
  EXPECT_EQ(a->replace("aaa", "bb", 6).value(), "bbbbbb");
  EXPECT_FALSE(a->replace("aaa", "bb", 5).ok());
  EXPECT_FALSE(a->replace("bbb", "", 2).ok());
  EXPECT_EQ(a->split("bab", 2)->size(), 2);
  EXPECT_FALSE(a->split("baba", 2).ok());
}

TEST(Pattern, HostilePatternsEndSoon) {
  const std::string many(100'000, 'a');
  const std::string tired = "! This pattern takes too much work with this text.";
  EXPECT_EQ(matches(many, "(a*)*b"), tired);
  EXPECT_EQ(matches(many + "b", "(a|aa)+$"), tired);
  EXPECT_EQ(matches(many, "(a+)+\\1b"), tired);
  EXPECT_EQ(matches(many, "((a{1000}){1000}){1000}b"), tired);
  EXPECT_EQ(matches(many, "(.*).*\\1.*\\1b", "i"), tired);
  EXPECT_EQ(mistake("((){9000000}){9000000}"), "the pattern: This pattern takes too much work with this text.");
}

TEST(Pattern, LongTextsAreNoProblem) {
  std::string text;
  for (int line = 0; line < 50'000; ++line) text += "1 High Street, Ambridge\n";
  EXPECT_EQ(matches(text, "^([^\\n]*\\n)*$"), "yes");
  EXPECT_EQ(matches(text, "(\\d+) (\\w+) Street, Felpersham"), "no");
  EXPECT_EQ(Pattern::compile("\\n", "")->split(text, 100'000)->size(), 50'001);
  EXPECT_EQ(matches("<" + text + ">", "^<.*?>$", "s"), "yes");
}

TEST(Pattern, ThreadsMayShareOne) {
  const Pattern pattern = *Pattern::compile("(\\w)\\1", "i");
  std::vector<std::string> results(4);
  std::vector<std::thread> threads;
  for (std::string& result : results) {
    threads.emplace_back([&result, &pattern] {
      for (int turn = 0; turn < 500; ++turn) result = *pattern.replace("Aa, bB, cd", "<$1>", 100);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) EXPECT_EQ(result, "<A>, <b>, cd");
}

TEST(Pattern, CaseFollowsUnicodeWhateverTheLanguage) {
  EXPECT_EQ(upper_case("abc xyz 09"), "ABC XYZ 09");
  EXPECT_EQ(lower_case("ABC XYZ 09"), "abc xyz 09");
  EXPECT_EQ(upper_case("straße"), "STRASSE");
  EXPECT_EQ(upper_case("ǆéŵ\u0390"), "ǄÉŴ\u0399\u0308\u0301");
  EXPECT_EQ(lower_case("ΟΔΟΣ ÉI"), "οδος éi");
  EXPECT_EQ(upper_case(""), "");
  std::string many;
  for (int letter = 0; letter < 1000; ++letter) many += "\u0390";
  EXPECT_EQ(upper_case(many).size(), 6000);
}

}  // namespace
}  // namespace guildhall::feel
