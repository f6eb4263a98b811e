return {
  name = "Source", class = "galley.Source", variable = "source", title = "What an import reads", kind = "table",
  what = "One file or folder of the command line, as an import's read(source, ctx) is given it. What cannot be read raises an error that names the file; error(source.name .. \":3: what is wrong\") says that of a line of it.",
  fields = {
    "name string as the command line names it",
    "base string its last name without the extension",
    "folder boolean whether it is one",
    "number integer its place among those of the command line, from 1",
    "text fun(self:galley.Source):string text() gives all of a file as UTF-8; what was in UTF-16 or Windows-1252 is converted, and the report says so; raised beyond 64 MB",
    "read fun(self:galley.Source,most:integer):string|nil read(most) gives the next bytes of a file, at most so many; nil at its end",
    "rewind fun(self:galley.Source) rewind() begins again",
    "size fun(self:galley.Source):integer size() gives a file's length in bytes",
    "files fun(self:galley.Source):string[] files() gives the paths of a folder's files, below it, hidden ones left out",
    "file fun(self:galley.Source,path:string):string|nil,string file(path) gives the text of a file of the folder, as text does; else nil and a message",
    "bytes fun(self:galley.Source,path:string):string|nil,string bytes(path) gives its bytes as they are; else nil and a message",
    "all fun(self:galley.Source):galley.Source[] all() gives all sources of the command line, for files that need each other",
  },
}
