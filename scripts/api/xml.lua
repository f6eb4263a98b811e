return {
  name = "xml", title = "galley.xml", kind = "module", what = "XML: text made fit for it; and XML of any length, read record by record, by the library expat.",
  entries = {
    { name = "escape", what = "Text made fit for XML's text and quoted attributes. The control characters that XML cannot hold are left out; bytes that are not UTF-8 become U+FFFD.",
      parameters = { "text string" }, result = { "string" }, example = 'return galley.xml.escape("a < b\\7 & c")', gives = '"a &lt; b &amp; c"' },
    { name = "element", what = "An element with text in it, which is escaped; one without text closes itself.",
      parameters = { "name string", "value any what tostring gives of it; nil is no text", "attributes? string|table<string,string|number|boolean> as they are to stand, such as lang=\"en\"; or a table of names and values, which are escaped and stand in the order of their names" }, result = { "string" },
      example = "return galley.xml.element(\"title\", \"Bread & Butter\", { lang = \"en\" })", gives = '"<title lang=\\"en\\">Bread &amp; Butter</title>"' },
    { name = "records", what = "Loops over the elements of some names, each as a table: name, attributes, and as a list its texts and elements. Memory grows with the largest only; declarations of entities are refused.",
      parameters = { "read string|function the XML, or what gives its next bytes and nil at the end", "names string[] of elements, with their prefix" },
      result = { "fun():table for a for loop" }, errors = 'raised as "line 4, column 1: the XML cannot be read: why"',
      example = 'local names = {}\nfor item in galley.xml.records("<list><item id=\'1\'>One</item><item>Two</item></list>", { "item" }) do\n  names[#names + 1] = item[1]\nend\nreturn table.concat(names, ", ")', gives = '"One, Two"' },
  },
}
