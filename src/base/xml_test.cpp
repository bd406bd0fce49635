#include "base/xml.h"

#include <gtest/gtest.h>

namespace guildhall {
namespace {

// "<a x=1>", "text", "</a>" … joined by spaces, then what is wrong.
std::string events(std::string_view document, const XmlLimits& limits = {}) {
  MemoryBytes bytes(document);
  XmlReader reader(bytes, limits);
  std::string told;
  for (;;) {
    const Result<const XmlEvent*> next = reader.next();
    if (!next.ok()) return told + "! " + to_text(next.problems());
    const XmlEvent& event = **next;
    const std::string name = (event.namespace_uri.empty() ? "" : "{" + event.namespace_uri + "}") + event.name;
    switch (event.kind) {
      case XmlEvent::Kind::Start:
        told += "<" + name;
        for (const XmlAttribute& one : event.attributes) {
          told += " " + (one.namespace_uri.empty() ? "" : "{" + one.namespace_uri + "}") + one.name + "=" + one.value;
        }
        told += "> ";
        break;
      case XmlEvent::Kind::Text:
        told += "\"" + event.text + "\" ";
        break;
      case XmlEvent::Kind::End:
        told += "</" + name + "> ";
        break;
      case XmlEvent::Kind::Done:
        return told + "done";
    }
  }
}

TEST(XmlTree, AnAmpersandInAnAttributeIsOne) {
  const auto root = parse_xml("<a n='x &amp; y &lt; &#38; &#x26; &amp;#38; &amp;amp;'/>", {}, 1'000'000);
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(*root->attribute("n"), "x & y < & & &#38; &amp;");
}

TEST(XmlReader, ElementsAttributesAndTextComeInTheirOrder) {
  EXPECT_EQ(events("<?xml version='1.0'?><!-- c --><a z='1' b=\"&lt;&#163;\"> x<b/><![CDATA[<&]]>y &amp; "
                   "z<?pi ?>!</a>"),
            "<a z=1 b=<£> \" x\" <b> </b> \"<&y & z!\" </a> done");
}

TEST(XmlReader, NamesHaveTheirNamespaces) {
  EXPECT_EQ(events("<d:definitions xmlns:d='urn:dmn' xmlns='urn:other' id='i' d:k='v'><x/></d:definitions>"),
            "<{urn:dmn}definitions id=i {urn:dmn}k=v> <{urn:other}x> </{urn:other}x> </{urn:dmn}definitions> done");
}

TEST(XmlReader, EachTagSaysWhereItBegins) {
  MemoryBytes bytes("<a>\n  <b\n   c='>'/>\n  stray\n</a>");
  XmlReader reader(bytes);
  std::string places;
  for (;;) {
    const XmlEvent& event = **reader.next();
    if (event.kind == XmlEvent::Kind::Done) break;
    places += std::to_string(event.line) + ":" + std::to_string(event.column) + " ";
  }
  EXPECT_EQ(places, "1:1 2:3 2:3 4:0 5:1 ");
}

TEST(XmlReader, BrokenDocumentsSayWhatWhereAndHowToMendThem) {
  EXPECT_EQ(events("<a>\n<b></a>"),
            "<a> <b> ! line 2, column 8: The element <b>, begun on line 2, is closed by </a>. Close each "
            "element by its own name, the innermost first.");
  EXPECT_EQ(events("<a><b>"),
            "<a> <b> ! line 1, column 6: The document ends before everything in it is closed: the file was "
            "probably cut off. Take the extract again.");
  EXPECT_EQ(events("<a>Smith & Sons</a>"),
            "<a> ! line 1, column 11: There is an & here that begins no character reference. Write "
            "&amp; where an & is meant.");
  EXPECT_EQ(events("<a>&nbsp;</a>"),
            "<a> ! line 1, column 10: &nbsp; has no meaning in XML. Write the character itself, or its "
            "number such as &#160;.");
  EXPECT_EQ(events("<a b='1' b='2'/>"), "! line 1, column 15: The attribute b is there twice. Keep one of them.");
  EXPECT_EQ(events("<x:a/>"), "! line 1, column 5: The prefix x: is not declared. Declare it with xmlns:x=\"…\".");
  EXPECT_EQ(events("no xml"),
            "! line 1, column 1: This is not XML: it does not begin with an element. Check that this is the "
            "right file.");
  EXPECT_EQ(events(""), "! This file is empty. Check that the extract finished, and take it again.");
  EXPECT_EQ(events("<a/><b/>"),
            "<a> </a> ! line 1, column 5: There is something after the end of the document, or the document "
            "ends too early. Check that the file was not cut off or joined with another.");
}

TEST(XmlReader, NothingOutsideTheDocumentIsEverRead) {
  const std::string refused =
      "This XML begins with a document type (DOCTYPE), which is not read: it can pull in other files. Remove "
      "the DOCTYPE, or "
      "take the extract again without it.";
  EXPECT_EQ(events("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "! line 1, column 3: " + refused);
  EXPECT_EQ(events("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "! line 1, column 3: " + refused);
  EXPECT_EQ(events("\n<!doctype html><a/>"), "! line 2, column 3: " + refused);
}

TEST(XmlReader, Latin1IsReadWhereItIsDeclaredAndRefusedWhereNot) {
  EXPECT_EQ(events("<?xml version='1.0' encoding='ISO-8859-1'?><a>Ren\xE9\x80</a>"), "<a> \"René€\" </a> done");
  EXPECT_EQ(events("<?xml version='1.0' encoding=\"windows-1252\"?><a>\x93Ren\xE9\x94</a>"),
            "<a> \"“René”\" </a> done");
  EXPECT_EQ(events("<a><b/>Ren\xE9</a>"),
            "<a> <b> </b> ! line 1, column 11: This is not UTF-8: a byte here is hexadecimal e9. Save "
            "the file as UTF-8 and load it again.");
  EXPECT_EQ(events("<?xml version='1.0' encoding='EBCDIC-CP-GB'?><a/>"),
            "! line 1: This file says that it is written in the encoding ebcdic-cp-gb, which is not read. "
            "Save the file as UTF-8 "
            "and load it again.");
  EXPECT_EQ(events(std::string_view("\xFF\xFE<\0a\0/\0>\0", 10)),
            "! This file is in UTF-16 (two bytes a character). Save the file as UTF-8 and load it again.");
  EXPECT_EQ(events("\xEF\xBB\xBF<a>é</a>"), "<a> \"é\" </a> done");
}

TEST(XmlReader, LimitsAreSaidInPlainWords) {
  EXPECT_EQ(events("<a><b><c/></b></a>", {.max_depth = 2}),
            "<a> <b> ! line 1, column 7: Elements are nested more than 2 deep. Check that this is the right file.");
  EXPECT_EQ(events("<a b='1' c='2' d='3'/>", {.max_attributes = 2}),
            "! line 1, column 1: This element has more than 2 attributes. Check that this is the right file.");
  EXPECT_EQ(events("<a>12345</a>", {.max_text_bytes = 4}),
            "<a> ! line 1: There are more than 4 bytes of text in one element. Check that this is the right file.");
  EXPECT_EQ(events("<abcdef/>", {.max_name_bytes = 5}),
            "! line 1, column 1: An element's name is longer than 5 bytes. Check that this is the right file.");
  EXPECT_EQ(events("<a><!-- 0123456789 --></a>", {.max_tag_bytes = 8}),
            "! line 1, column 4: A tag or comment is longer than 8 bytes. Check that it is closed, and that "
            "this is the right file.");
  EXPECT_EQ(events("<a>0123456789</a>", {.max_bytes = 8}),
            "! line 1: This file is longer than 8 bytes. Take the extract in parts, or let the operator "
            "raise the limit.");
}

TEST(XmlReader, AMillionAttributesAreRefusedBeforeTheyAreCompared) {
  std::string document = "<a";
  for (int i = 0; i < 1'000'000; ++i) document += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(events(document + "/>"),
            "! line 1, column 1: A tag or comment is longer than 1048576 bytes. Check that it is closed, and "
            "that this is the right file.");
}

TEST(XmlReader, ADocumentLongerThanItsPiecesIsReadWhole) {
  std::string document = "<a>";
  for (int i = 0; i < 20'000; ++i) document += "<b k='é" + std::to_string(i) + "'>ü" + std::to_string(i) + "</b>";
  document += "</a>";
  MemoryBytes bytes(document);
  XmlReader reader(bytes);
  int starts = 0;
  int texts = 0;
  for (;;) {
    const Result<const XmlEvent*> next = reader.next();
    ASSERT_TRUE(next.ok()) << to_text(next.problems());
    if ((*next)->kind == XmlEvent::Kind::Done) break;
    if ((*next)->kind == XmlEvent::Kind::Start && (*next)->name == "b") {
      ASSERT_EQ(*(*next)->attribute("k"), "é" + std::to_string(starts++));
    }
    if ((*next)->kind == XmlEvent::Kind::Text) {
      ASSERT_EQ((*next)->text, "ü" + std::to_string(texts++));
    }
  }
  EXPECT_EQ(starts, 20'000);
  EXPECT_EQ(texts, 20'000);
}

TEST(XmlTree, ASmallDocumentIsATree) {
  const Result<XmlElement> tree =
      parse_xml("<p:process xmlns:p='urn:bpmn' id='enquiry'>\n <task id='t1' name='Reply'>now</task></p:process>");
  ASSERT_TRUE(tree.ok()) << to_text(tree.problems());
  EXPECT_EQ(tree->name, "process");
  EXPECT_EQ(tree->namespaces, (std::vector<XmlNamespace>{{"p", "urn:bpmn"}}));
  EXPECT_EQ(*tree->attribute("id"), "enquiry");
  ASSERT_NE(tree->child("task"), nullptr);
  EXPECT_EQ(tree->child("task")->text, "now");
  EXPECT_EQ(tree->child("task")->line, 2U);
  EXPECT_EQ(tree->child("task")->column, 2U);
  EXPECT_EQ(tree->child("gateway"), nullptr);
  EXPECT_EQ(tree->attribute("name"), nullptr);
}

TEST(XmlTree, ATreeIsBounded) {
  const Result<XmlElement> tree = parse_xml("<a>" + std::string(1000, 'x') + "</a>", {}, 500);
  ASSERT_FALSE(tree.ok());
  EXPECT_EQ(to_text(tree.problems()),
            "line 1, column 1: The element <a> holds more than 500 bytes. Check that it is closed where it "
            "should be.");
  EXPECT_FALSE(parse_xml("<a/><b/>").ok());
}

}  // namespace
}  // namespace guildhall
