// Bookmarks by name
//
// Each receiver of the change feed has one place.
CREATE CONSTRAINT bookmark_name IF NOT EXISTS
FOR (n:Bookmark) REQUIRE n.name IS UNIQUE
