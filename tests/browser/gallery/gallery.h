#pragma once

// The kinds of pages Guildhall has, with invented content.

#include <string>
#include <vector>

#include "base/time.h"
#include "html/components.h"

namespace guildhall::gallery {

struct Enquiry {
  std::string reference;
  std::string from;
  std::string subject;
  Instant received;
  int days_left;
  std::string team;
};

struct GalleryPage {
  const html::Site& site;
  html::FormErrors errors;
  std::vector<Enquiry> enquiries;
};

html::Html content(const GalleryPage& page);       // every component of content
html::Html form(const GalleryPage& page);          // every field
html::Html question(const GalleryPage& page);      // one question a page
html::Html check(const GalleryPage& page);         // check your answers
html::Html confirmation(const GalleryPage& page);  // sent
html::Html work(const GalleryPage& page);          // an officer's queue
html::Html signpost(const GalleryPage& page);      // a partner's answer

std::vector<std::vector<html::Html>> rows(const std::vector<Enquiry>& enquiries);
html::Html due(const Enquiry& enquiry);

}  // namespace guildhall::gallery
