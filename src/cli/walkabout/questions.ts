/** Three questions that need joins. The first row of each was worked out from the CSV files without Spark. */
export const questions = [
  {
    question: 'Which airlines arrive latest?',
    sql: `SELECT a.name AS airline, count(*) AS flights, round(avg(f.arr_delay), 1) AS mean_arrival_delay_minutes
FROM flights f JOIN airlines a ON f.carrier = a.carrier
WHERE f.arr_delay IS NOT NULL
GROUP BY a.name ORDER BY mean_arrival_delay_minutes DESC LIMIT 5`,
    first: ['Frontier Airlines Inc.', 681, 21.9],
  },
  {
    question: 'Whose planes fly most?',
    sql: `SELECT p.manufacturer, count(*) AS flights, count(DISTINCT f.tailnum) AS planes, round(sum(f.distance) / 1e6, 1) AS million_miles
FROM flights f JOIN planes p ON f.tailnum = p.tailnum
GROUP BY p.manufacturer ORDER BY flights DESC LIMIT 5`,
    first: ['BOEING', 82_912, 1_630, 129.8],
  },
  {
    question: 'Does fog at the airport make departures late?',
    sql: `SELECT CASE WHEN w.visib < 2 THEN 'under 2 miles' WHEN w.visib < 5 THEN '2 to 5 miles' WHEN w.visib < 10 THEN '5 to 10 miles' ELSE '10 miles' END AS visibility,
  count(*) AS departures, round(avg(f.dep_delay), 1) AS mean_departure_delay_minutes, round(100 * avg(CASE WHEN f.dep_delay > 30 THEN 1 ELSE 0 END), 1) AS percent_over_30_minutes
FROM flights f JOIN weather w ON f.origin = w.origin AND f.time_hour = w.time_hour
WHERE f.dep_delay IS NOT NULL
GROUP BY 1 ORDER BY mean_departure_delay_minutes DESC`,
    first: ['under 2 miles', 6_818, 30.2, 27.2],
  },
] as const
