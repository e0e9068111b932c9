"""The cities that `places.py` reads.

A country: code, English name, name in its own language, calling code, share among all addresses, time zone. Under it its
cities: name, region, region's code, postcode ("#" is a digit, "@" a letter), latitude, longitude and, where it is not that
of the country, the time zone.
"""

CITIES = """
US|United States|United States|1|30|America/New_York
  New York,New York,NY,100##,40.71,-74.01
  Buffalo,New York,NY,142##,42.89,-78.88
  Boston,Massachusetts,MA,021##,42.36,-71.06
  Chicago,Illinois,IL,606##,41.88,-87.63,America/Chicago
  Houston,Texas,TX,770##,29.76,-95.37,America/Chicago
  Austin,Texas,TX,787##,30.27,-97.74,America/Chicago
  Dallas,Texas,TX,752##,32.78,-96.80,America/Chicago
  Los Angeles,California,CA,900##,34.05,-118.24,America/Los_Angeles
  San Francisco,California,CA,941##,37.77,-122.42,America/Los_Angeles
  San Diego,California,CA,921##,32.72,-117.16,America/Los_Angeles
  Seattle,Washington,WA,981##,47.61,-122.33,America/Los_Angeles
  Portland,Oregon,OR,972##,45.52,-122.68,America/Los_Angeles
  Denver,Colorado,CO,802##,39.74,-104.99,America/Denver
  Phoenix,Arizona,AZ,850##,33.45,-112.07,America/Phoenix
  Miami,Florida,FL,331##,25.76,-80.19
  Orlando,Florida,FL,328##,28.54,-81.38
  Atlanta,Georgia,GA,303##,33.75,-84.39
  Philadelphia,Pennsylvania,PA,191##,39.95,-75.17
  Pittsburgh,Pennsylvania,PA,152##,40.44,-80.00
  Detroit,Michigan,MI,482##,42.33,-83.05,America/Detroit
  Minneapolis,Minnesota,MN,554##,44.98,-93.27,America/Chicago
  Nashville,Tennessee,TN,372##,36.16,-86.78,America/Chicago
  Columbus,Ohio,OH,432##,39.96,-83.00
  Charlotte,North Carolina,NC,282##,35.23,-80.84
  New Orleans,Louisiana,LA,701##,29.95,-90.07,America/Chicago
  Kansas City,Missouri,MO,641##,39.10,-94.58,America/Chicago

GB|United Kingdom|United Kingdom|44|9|Europe/London
  London,England,ENG,EC#A #@@,51.51,-0.13
  Manchester,England,ENG,M## #@@,53.48,-2.24
  Birmingham,England,ENG,B## #@@,52.49,-1.89
  Leeds,England,ENG,LS## #@@,53.80,-1.55
  Liverpool,England,ENG,L## #@@,53.41,-2.98
  Bristol,England,ENG,BS# #@@,51.45,-2.59
  Edinburgh,Scotland,SCT,EH## #@@,55.95,-3.19
  Glasgow,Scotland,SCT,G## #@@,55.86,-4.25
  Cardiff,Wales,WLS,CF## #@@,51.48,-3.18
  Belfast,Northern Ireland,NIR,BT# #@@,54.60,-5.93

CA|Canada|Canada|1|4|America/Toronto
  Toronto,Ontario,ON,M#V #@#,43.65,-79.38
  Ottawa,Ontario,ON,K#P #@#,45.42,-75.70
  Montreal,Quebec,QC,H#B #@#,45.50,-73.57
  Vancouver,British Columbia,BC,V#B #@#,49.28,-123.12,America/Vancouver
  Calgary,Alberta,AB,T#P #@#,51.05,-114.07,America/Edmonton
  Winnipeg,Manitoba,MB,R#C #@#,49.90,-97.14,America/Winnipeg
  Halifax,Nova Scotia,NS,B#H #@#,44.65,-63.58,America/Halifax

AU|Australia|Australia|61|4|Australia/Sydney
  Sydney,New South Wales,NSW,20##,-33.87,151.21
  Melbourne,Victoria,VIC,30##,-37.81,144.96,Australia/Melbourne
  Brisbane,Queensland,QLD,40##,-27.47,153.03,Australia/Brisbane
  Perth,Western Australia,WA,60##,-31.95,115.86,Australia/Perth
  Adelaide,South Australia,SA,50##,-34.93,138.60,Australia/Adelaide
  Hobart,Tasmania,TAS,70##,-42.88,147.33,Australia/Hobart

IE|Ireland|Ireland|353|2|Europe/Dublin
  Dublin,Leinster,L,D## @#@#,53.35,-6.26
  Cork,Munster,M,T## @#@#,51.90,-8.47
  Galway,Connacht,C,H## @#@#,53.27,-9.06

NZ|New Zealand|New Zealand|64|1|Pacific/Auckland
  Auckland,Auckland,AUK,10##,-36.85,174.76
  Wellington,Wellington,WGN,60##,-41.29,174.78
  Christchurch,Canterbury,CAN,80##,-43.53,172.64

DE|Germany|Deutschland|49|10|Europe/Berlin
  Berlin,Berlin,BE,10###,52.52,13.41
  Hamburg,Hamburg,HH,20###,53.55,9.99
  München,Bayern,BY,80###,48.14,11.58
  Köln,Nordrhein-Westfalen,NW,50###,50.94,6.96
  Frankfurt am Main,Hessen,HE,60###,50.11,8.68
  Stuttgart,Baden-Württemberg,BW,70###,48.78,9.18
  Düsseldorf,Nordrhein-Westfalen,NW,40###,51.23,6.78
  Leipzig,Sachsen,SN,04###,51.34,12.37
  Dresden,Sachsen,SN,01###,51.05,13.74
  Dortmund,Nordrhein-Westfalen,NW,44###,51.51,7.47
  Bremen,Bremen,HB,28###,53.08,8.80
  Hannover,Niedersachsen,NI,30###,52.38,9.73
  Nürnberg,Bayern,BY,90###,49.45,11.08
  Kiel,Schleswig-Holstein,SH,24###,54.32,10.12
  Mainz,Rheinland-Pfalz,RP,55###,50.00,8.27
  Erfurt,Thüringen,TH,99###,50.98,11.03
  Rostock,Mecklenburg-Vorpommern,MV,18###,54.09,12.10
  Potsdam,Brandenburg,BB,14###,52.39,13.06

AT|Austria|Österreich|43|2|Europe/Vienna
  Wien,Wien,9,10##,48.21,16.37
  Graz,Steiermark,6,80##,47.07,15.44
  Linz,Oberösterreich,4,40##,48.31,14.29
  Salzburg,Salzburg,5,50##,47.81,13.06
  Innsbruck,Tirol,7,60##,47.27,11.40

CH|Switzerland|Schweiz|41|2|Europe/Zurich
  Zürich,Zürich,ZH,80##,47.38,8.54
  Bern,Bern,BE,30##,46.95,7.45
  Basel,Basel-Stadt,BS,40##,47.56,7.59
  Luzern,Luzern,LU,60##,47.05,8.31
  Winterthur,Zürich,ZH,84##,47.50,8.72

FR|France|France|33|7|Europe/Paris
  Paris,Île-de-France,IDF,750##,48.86,2.35
  Lyon,Auvergne-Rhône-Alpes,ARA,690##,45.76,4.84
  Marseille,Provence-Alpes-Côte d’Azur,PAC,130##,43.30,5.37
  Toulouse,Occitanie,OCC,310##,43.60,1.44
  Nice,Provence-Alpes-Côte d’Azur,PAC,060##,43.71,7.26
  Nantes,Pays de la Loire,PDL,440##,47.22,-1.55
  Strasbourg,Grand Est,GES,670##,48.57,7.75
  Bordeaux,Nouvelle-Aquitaine,NAQ,330##,44.84,-0.58
  Lille,Hauts-de-France,HDF,590##,50.63,3.06
  Rennes,Bretagne,BRE,350##,48.11,-1.68
  Grenoble,Auvergne-Rhône-Alpes,ARA,380##,45.19,5.72
  Montpellier,Occitanie,OCC,340##,43.61,3.88

BE|Belgium|Belgique|32|2|Europe/Brussels
  Bruxelles,Bruxelles-Capitale,BRU,10##,50.85,4.35
  Antwerpen,Vlaanderen,VLG,20##,51.22,4.40
  Gent,Vlaanderen,VLG,90##,51.05,3.72
  Liège,Wallonie,WAL,40##,50.63,5.57
  Namur,Wallonie,WAL,50##,50.47,4.87

NL|Netherlands|Nederland|31|3|Europe/Amsterdam
  Amsterdam,Noord-Holland,NH,10## @@,52.37,4.90
  Rotterdam,Zuid-Holland,ZH,30## @@,51.92,4.48
  Den Haag,Zuid-Holland,ZH,25## @@,52.08,4.31
  Utrecht,Utrecht,UT,35## @@,52.09,5.12
  Eindhoven,Noord-Brabant,NB,56## @@,51.44,5.48
  Groningen,Groningen,GR,97## @@,53.22,6.57

ES|Spain|España|34|5|Europe/Madrid
  Madrid,Comunidad de Madrid,MD,280##,40.42,-3.70
  Barcelona,Cataluña,CT,080##,41.39,2.17
  Valencia,Comunidad Valenciana,VC,460##,39.47,-0.38
  Sevilla,Andalucía,AN,410##,37.39,-5.98
  Zaragoza,Aragón,AR,500##,41.65,-0.89
  Málaga,Andalucía,AN,290##,36.72,-4.42
  Bilbao,País Vasco,PV,480##,43.26,-2.93

MX|Mexico|México|52|2|America/Mexico_City
  Ciudad de México,Ciudad de México,CMX,06###,19.43,-99.13
  Guadalajara,Jalisco,JAL,44###,20.66,-103.35
  Monterrey,Nuevo León,NLE,64###,25.69,-100.32,America/Monterrey
  Puebla,Puebla,PUE,72###,19.04,-98.21

AR|Argentina|Argentina|54|1|America/Argentina/Buenos_Aires
  Buenos Aires,Buenos Aires,C,C1###,-34.60,-58.38
  Rosario,Santa Fe,S,S2###,-32.95,-60.64
  Mendoza,Mendoza,M,M5###,-32.89,-68.84

IT|Italy|Italia|39|4|Europe/Rome
  Roma,Lazio,62,001##,41.90,12.50
  Milano,Lombardia,25,201##,45.46,9.19
  Napoli,Campania,72,801##,40.85,14.27
  Torino,Piemonte,21,101##,45.07,7.69
  Bologna,Emilia-Romagna,45,401##,44.49,11.34
  Firenze,Toscana,52,501##,43.77,11.26
  Palermo,Sicilia,82,901##,38.12,13.36

PT|Portugal|Portugal|351|1|Europe/Lisbon
  Lisboa,Lisboa,11,1###-###,38.72,-9.14
  Porto,Porto,13,4###-###,41.16,-8.63
  Braga,Braga,03,47##-###,41.55,-8.43

BR|Brazil|Brasil|55|3|America/Sao_Paulo
  São Paulo,São Paulo,SP,01###-###,-23.55,-46.63
  Rio de Janeiro,Rio de Janeiro,RJ,20###-###,-22.91,-43.17
  Brasília,Distrito Federal,DF,70###-###,-15.79,-47.88
  Salvador,Bahia,BA,40###-###,-12.97,-38.50,America/Bahia
  Curitiba,Paraná,PR,80###-###,-25.43,-49.27
  Recife,Pernambuco,PE,50###-###,-8.05,-34.88,America/Recife

PL|Poland|Polska|48|2|Europe/Warsaw
  Warszawa,Mazowieckie,MZ,00-###,52.23,21.01
  Kraków,Małopolskie,MA,30-###,50.06,19.94
  Łódź,Łódzkie,LD,90-###,51.76,19.46
  Wrocław,Dolnośląskie,DS,50-###,51.11,17.03
  Poznań,Wielkopolskie,WP,60-###,52.41,16.93
  Gdańsk,Pomorskie,PM,80-###,54.35,18.65

CZ|Czechia|Česko|420|1|Europe/Prague
  Praha,Praha,10,1## 00,50.08,14.44
  Brno,Jihomoravský kraj,64,6## 00,49.20,16.61
  Ostrava,Moravskoslezský kraj,80,7## 00,49.82,18.26

SE|Sweden|Sverige|46|2|Europe/Stockholm
  Stockholm,Stockholms län,AB,11# ##,59.33,18.07
  Göteborg,Västra Götalands län,O,41# ##,57.71,11.97
  Malmö,Skåne län,M,21# ##,55.60,13.00
  Uppsala,Uppsala län,C,75# ##,59.86,17.64

NO|Norway|Norge|47|1|Europe/Oslo
  Oslo,Oslo,03,01##,59.91,10.75
  Bergen,Vestland,46,50##,60.39,5.32
  Trondheim,Trøndelag,50,70##,63.43,10.40

DK|Denmark|Danmark|45|1|Europe/Copenhagen
  København,Hovedstaden,84,1###,55.68,12.57
  Aarhus,Midtjylland,82,80##,56.16,10.20
  Odense,Syddanmark,83,50##,55.40,10.40

FI|Finland|Suomi|358|1|Europe/Helsinki
  Helsinki,Uusimaa,18,001##,60.17,24.94
  Tampere,Pirkanmaa,11,331##,61.50,23.76
  Turku,Varsinais-Suomi,19,201##,60.45,22.27

JP|Japan|日本|81|4|Asia/Tokyo
  Tokyo,Tokyo,13,10#-####,35.68,139.69
  Osaka,Osaka,27,53#-####,34.69,135.50
  Kyoto,Kyoto,26,60#-####,35.01,135.77
  Yokohama,Kanagawa,14,22#-####,35.44,139.64
  Sapporo,Hokkaido,01,06#-####,43.06,141.35
  Fukuoka,Fukuoka,40,81#-####,33.59,130.40
  Nagoya,Aichi,23,46#-####,35.18,136.91
  Kobe,Hyogo,28,65#-####,34.69,135.20
  Sendai,Miyagi,04,98#-####,38.27,140.87
  Hiroshima,Hiroshima,34,73#-####,34.39,132.46

KR|South Korea|대한민국|82|2|Asia/Seoul
  Seoul,Seoul,11,04###,37.57,126.98
  Busan,Busan,26,48###,35.18,129.08
  Incheon,Incheon,28,21###,37.46,126.71

CN|China|中国|86|3|Asia/Shanghai
  Beijing,Beijing,BJ,1000##,39.90,116.41
  Shanghai,Shanghai,SH,2000##,31.23,121.47
  Shenzhen,Guangdong,GD,5180##,22.54,114.06
  Chengdu,Sichuan,SC,6100##,30.57,104.07
  Hangzhou,Zhejiang,ZJ,3100##,30.27,120.15

IN|India|India|91|4|Asia/Kolkata
  Mumbai,Maharashtra,MH,4000##,19.08,72.88
  Delhi,Delhi,DL,1100##,28.61,77.21
  Bengaluru,Karnataka,KA,5600##,12.97,77.59
  Chennai,Tamil Nadu,TN,6000##,13.08,80.27
  Kolkata,West Bengal,WB,7000##,22.57,88.36
  Hyderabad,Telangana,TG,5000##,17.39,78.49

SG|Singapore|Singapore|65|1|Asia/Singapore
  Singapore,Singapore,SG,0#####,1.35,103.82

ZA|South Africa|South Africa|27|1|Africa/Johannesburg
  Johannesburg,Gauteng,GP,20##,-26.20,28.05
  Cape Town,Western Cape,WC,80##,-33.92,18.42
  Durban,KwaZulu-Natal,KZN,40##,-29.86,31.02

TR|Türkiye|Türkiye|90|1|Europe/Istanbul
  Istanbul,İstanbul,34,34###,41.01,28.98
  Ankara,Ankara,06,06###,39.93,32.86
  Izmir,İzmir,35,35###,38.42,27.14

UA|Ukraine|Україна|380|1|Europe/Kyiv
  Київ,Київ,30,01###,50.45,30.52
  Львів,Львівська область,46,79###,49.84,24.03
  Одеса,Одеська область,51,65###,46.48,30.72

GR|Greece|Ελλάδα|30|1|Europe/Athens
  Αθήνα,Αττική,I,105 ##,37.98,23.73
  Θεσσαλονίκη,Κεντρική Μακεδονία,B,546 ##,40.64,22.94

HU|Hungary|Magyarország|36|1|Europe/Budapest
  Budapest,Budapest,BU,1###,47.50,19.04
  Debrecen,Hajdú-Bihar,HB,40##,47.53,21.63
  Szeged,Csongrád-Csanád,CS,67##,46.25,20.15
"""
