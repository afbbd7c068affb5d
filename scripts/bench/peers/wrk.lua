-- wrk: batches of student triples. With BENCH_FRESH=true they are built for every request, and every answer is
-- checked: its status, as many outcomes as operations, their order, a documentId in each. Otherwise the same bytes go
-- out all the time and no answer is looked at, which is the floor.

local triples = tonumber(os.getenv("BENCH_TRIPLES") or "10")
local fresh = os.getenv("BENCH_FRESH") == "true"
local ops = { "create", "update", "delete" }
local titles = { "Mr", "Ms", "Mx" }
local suffixes = { "Jr", "Sr", "II", "III" }

local firstNames, surnames, cities = {}, {}, {}
for row in io.lines(os.getenv("BENCH_PEOPLE")) do
  local first, last, city = row:match("([^,]*),([^,]*),([^,]*)")
  firstNames[#firstNames + 1], surnames[#surnames + 1], cities[#cities + 1] = first, last, city
end

local run = string.format("%X", os.time() % 65536)
local made = 0
local random, format = math.random, string.format

local function anyOf(choices)
  return choices[random(#choices)]
end

local document = '{"studentUniqueId":"%s","firstName":"%s","middleName":"%s","lastSurname":"%s",'
  .. '"preferredFirstName":"%s","personalTitlePrefix":"%s","generationCodeSuffix":"%s",'
  .. '"birthDate":"%d-%02d-%02d","birthCity":"%s","multipleBirthStatus":%s}'
local triple = '{"op":"create","resource":"students","document":%s},'
  .. '{"op":"update","resource":"students","naturalKey":{"studentUniqueId":"%s"},"document":%s},'
  .. '{"op":"delete","resource":"students","naturalKey":{"studentUniqueId":"%s"}}'

local function makeTriple()
  made = made + 1
  local key, first, middle, last = format("%s-%X", run, made), anyOf(firstNames), anyOf(firstNames), anyOf(surnames)
  local title, suffix, city = anyOf(titles), anyOf(suffixes), anyOf(cities)
  local year, month, day = random(2007, 2019), random(12), random(28)
  local twin = random(30) == 1 and "true" or "false"
  local function as(firstName)
    return format(document, key, firstName, middle, last, first, title, suffix, year, month, day, city, twin)
  end
  return format(triple, as(first), key, as(first .. " Updated"), key)
end

local function makeBatch()
  local parts = {}
  for i = 1, triples do
    parts[i] = makeTriple()
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local headers = { ["content-type"] = "application/json", authorization = "Bearer bench-token" }
local constant

function init()
  math.randomseed(os.time())
  constant = wrk.format("POST", "/batch", headers, makeBatch())
end

function request()
  return fresh and wrk.format("POST", "/batch", headers, makeBatch()) or constant
end

local function stop(why)
  io.stderr:write(why .. "\n")
  os.exit(1)
end

local function check(status, _, body)
  if status ~= 200 then
    stop("status " .. status)
  end
  local outcomes = 0
  for op, documentId in body:gmatch('"status":"success","op":"(%a+)","resource":"%a+","documentId":"([^"]+)"') do
    outcomes = outcomes + 1
    if op ~= ops[(outcomes - 1) % 3 + 1] or documentId == "" then
      stop("outcome " .. outcomes .. " is not a success of what was sent")
    end
  end
  if outcomes ~= triples * 3 then
    stop(outcomes .. " outcomes")
  end
end

-- wrk reads bodies only for those who define this function.
if fresh then
  response = check
end
